import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { freePort } from '@populatte/process-kit';
import { temporaryFolder } from './temporary-folder.js';

const self = z.object({ pid: z.number(), environment: z.record(z.string(), z.string()) });
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Creates a checkout with a fake API, unused ports, and a database URL that is never used. */
export interface Checkout {
  readonly root: string;
  readonly apiUrl: string;
  /** The content of its `.env`. */
  readonly variables: Readonly<Record<string, string>>;
}

export async function aCheckout(variables: Record<string, string> = {}): Promise<Checkout> {
  const root = await temporaryFolder();
  // Otherwise, the data would be stored elsewhere.
  await chmod(root, 0o755);
  const main = join(root, 'apps/api/dist/main.js');
  await mkdir(dirname(main), { recursive: true });
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  await cp(file('fake-api.mjs'), main);
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  const all = {
    PORT: `${ports[0]}`,
    CLERK_LOCAL_PORT: `${ports[1]}`,
    LOCAL_POSTGRES_PORT: `${ports[2]}`,
    DATABASE_URL: 'postgres://user@127.0.0.1:1/nothing',
    ...variables,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}="${value}"\n`);
  await writeFile(join(root, '.env'), lines.join(''));
  return { root, apiUrl: `http://127.0.0.1:${all.PORT}`, variables: all };
}

/** The start command in a separate process. */
export class StartedStack {
  output = '';
  readonly exitCode: Promise<number | null>;

  constructor(readonly process: ChildProcess) {
    const collect = (chunk: Buffer): void => {
      this.output += chunk.toString();
    };
    process.stdout?.on('data', collect);
    process.stderr?.on('data', collect);
    this.exitCode = new Promise((resolve) => process.once('close', resolve));
  }

  /** Waits until its output contains a text. */
  async says(text: string): Promise<void> {
    await vi.waitFor(
      () => {
        if (!this.output.includes(text)) throw new Error(`No "${text}" in:\n${this.output}`);
      },
      { timeout: 120_000, interval: 50 },
    );
  }
}

/** Starts the stack of a checkout; it ends after the test. */
export function start({ root }: Checkout, ...flags: string[]): StartedStack {
  const child = spawn(process.execPath, [file('start-in.mjs'), root, ...flags], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stack = new StartedStack(child);
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await stack.exitCode;
  });
  return stack;
}

/** @returns the fake API's process id and environment */
export async function apiOf({ apiUrl }: Checkout): Promise<z.output<typeof self>> {
  return self.parse(await (await fetch(`${apiUrl}/self`)).json());
}
