import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ChildProgram } from '@populatte/process-kit';
import { machineEnvironment } from '../src/tools/machine-environment.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'populatte-interrupted-'));
  // PostgreSQL may run as another account.
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

test.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])(
  '%s ends the running environment, starts no other one and leaves no files behind',
  async (signal) => {
    const run = ChildProgram.start(process.execPath, {
      name: 'The run',
      args: [join(import.meta.dirname, '../bin/world.js'), '--no-build', '--only', 'settings:'],
      env: { ...machineEnvironment, TMPDIR: folder },
    });
    await run.until('start an environment', () => run.stdout.includes('[1/'), {
      timeoutMs: 60_000,
    });
    run.signal(signal);
    expect(await run.ended, run.output).toEqual({ code: 130, signal: null });
    expect(run.stdout).toContain('Stopping after the clean-up …');
    // Neither a second environment nor a result.
    expect(run.stdout).not.toMatch(/\[2\/|passed|failed/);
    expect(await readdir(folder)).toEqual([]);
  },
);
