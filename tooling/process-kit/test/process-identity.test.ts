import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { processIdentity } from '../src/process-identity.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

test('differs between two processes, and is undefined for one that has ended', async () => {
  const child = spawn('sleep', ['60']);
  onTestFinished(() => void child.kill());
  await once(child, 'spawn');
  const identity = await processIdentity(child.pid ?? 0);
  expect(identity).toMatch(/\d/);
  expect(await processIdentity(child.pid ?? 0)).toBe(identity);
  expect(await processIdentity(process.pid)).not.toBe(identity);
  child.kill();
  await once(child, 'close');
  expect(await processIdentity(child.pid ?? 0)).toBeUndefined();
});

test.runIf(process.platform === 'linux')('is undefined for a zombie', async () => {
  // The shell starts a child that ends at once, and becomes a program that does not wait for it.
  const parent = spawn('sh', ['-c', 'true & exec sleep 60']);
  onTestFinished(() => void parent.kill());
  await once(parent, 'spawn');
  const zombie = await vi.waitFor(() => {
    const options = ['-o', 'pid=,stat=', '--ppid', `${parent.pid}`];
    const pid = /(\d+) Z/.exec(execFileSync('ps', options, { encoding: 'utf8' }))?.[1];
    expect(pid).toBeDefined();
    return Number(pid);
  }, 60_000);
  expect(await processIdentity(zombie)).toBeUndefined();
});

/** Replaces the platform, and `ps` with a shell script. */
function onAnotherSystem(platform: string, ps: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'process-identity-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, 'ps'), `#!/bin/sh\n${ps}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
  vi.stubGlobal('process', Object.create(process, { platform: { value: platform } }));
}

test('depends on neither the time zone nor the locale where ps tells the start', async () => {
  onAnotherSystem('darwin', 'echo "Ss   $LC_ALL  $TZ"');
  vi.stubEnv('TZ', 'Asia/Tokyo');
  vi.stubEnv('LC_ALL', 'de_DE.UTF-8');
  expect(await processIdentity(process.pid)).toBe('C UTC');
});

test('is undefined for a zombie where ps tells the state', async () => {
  onAnotherSystem('darwin', 'echo "Z+   Mon Nov 30 14:50:28 2026"');
  expect(await processIdentity(process.pid)).toBeUndefined();
});

test('is unknown on a system without ps, such as Windows', async () => {
  onAnotherSystem('win32', 'exit 1');
  expect(await processIdentity(process.pid)).toBe('');
});
