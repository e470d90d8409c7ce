import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { ApplicationName } from './definitions.js';

export type Variables = Readonly<Record<string, string>>;

/** Returns the folder of an application, which `install.spec.ts` has filled. */
export function folderOf(name: ApplicationName): string {
  return path.join(process.env['APPLICATIONS_FOLDER'] ?? '', name);
}

export interface Program {
  /** Waits until the output matches, and returns the match. */
  readonly prints: (pattern: RegExp) => Promise<string>;
}

export function run(folder: string, args: readonly string[], environment: Variables): Program {
  const child = spawn('npx', ['--no-install', ...args], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'development', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  onTestFinished(() => stop(child));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  return {
    prints: async (pattern) => {
      await expect.poll(() => output, { timeout: 120_000 }).toMatch(pattern);
      return pattern.exec(output)?.[0] ?? '';
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  process.kill(-child.pid, 'SIGKILL');
  await once(child, 'exit');
}

/** Starts the installed `clerk-local`, and returns the variables that it prints for a kind. */
export async function startClerk(folder: string, kind: string): Promise<Variables> {
  const port = `${await freePort()}`;
  const address = ['clerk-local', '--port', port, '--data', 'data'];
  await run(folder, address, {}).prints(/^CLERK_API_URL=.*\n/m);
  const printed = execFileSync('npx', ['--no-install', ...address, '--env', kind], {
    cwd: folder,
    encoding: 'utf8',
  });
  return Object.fromEntries(
    printed
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new TypeError('Not a TCP server.');
  return address.port;
}

/** Waits until a URL responds with success. */
export async function answers(url: string): Promise<void> {
  const ok = (): Promise<boolean> =>
    fetch(url).then(
      ({ ok: isOk }) => isOk,
      () => false,
    );
  await expect.poll(ok, { timeout: 120_000, interval: 500 }).toBe(true);
}
