import { until } from '@populatte/process-kit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';

const fixture = fileURLToPath(new URL('../support/left-behind/vitest.config.ts', import.meta.url));
const vitest = join(
  dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
);
const started = z.object({ worker: z.number(), api: z.number(), postgres: z.number() });

test.for(['SIGKILL', 'SIGTERM'] as const)(
  'a test run that hangs and gets %s leaves no process behind',
  { timeout: 400_000 },
  async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'populatte-left-behind-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const pidsFile = join(folder, 'pids.json');
    const run = spawn(process.execPath, [vitest, 'run', '--config', fixture], {
      env: { PATH: process.env['PATH'], PIDS_FILE: pidsFile },
      stdio: 'ignore',
    });
    onTestFinished(() => void run.kill('SIGKILL'));
    const ended = once(run, 'exit');
    let pids: number[] = [];
    await until(
      'all processes have started',
      async () => {
        // Written once all have started.
        const text = await readFile(pidsFile, 'utf8').catch(() => '');
        if (text !== '') pids = Object.values(started.parse(JSON.parse(text)));
        return text !== '';
      },
      180_000,
    );
    expect(pids.map(isAlive)).toEqual([true, true, true]);

    run.kill(signal);
    await ended;

    await until('all processes have ended', () => !pids.some(isAlive));
  },
);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
