import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { packPackage } from '../package/installed-package.js';

export type Variables = Readonly<Record<string, string>>;

let tarball = '';
let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'clerk-local-applications-'));
  tarball = packPackage(scratch);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Installs the tarball and other packages from the registry into a new folder. */
export function application(name: string, packages: readonly string[], files: Variables): string {
  const folder = path.join(scratch, name);
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  writeFileSync(path.join(folder, 'package.json'), '{"private":true,"type":"module"}');
  const options = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
  execFileSync('npm', ['install', ...options, tarball, ...packages], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return folder;
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
