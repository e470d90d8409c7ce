import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { acquireProcessLock, LockedError } from '../src/process-lock.js';

test('one of 20 concurrent callers gets the lock', async () => {
  const path = await unusedPath();
  const attempts = await Promise.allSettled(
    Array.from({ length: 20 }, () => acquireProcessLock(path)),
  );
  const refused = attempts.filter((attempt) => attempt.status === 'rejected');
  expect(refused).toHaveLength(19);
  for (const { reason } of refused) expect(reason).toBeInstanceOf(LockedError);
});

test('a released lock can be taken, and a second release does not affect the next holder', async () => {
  const path = await unusedPath();
  const first = await acquireProcessLock(path);
  await first.release();
  const second = await acquireProcessLock(path);
  expect(second.wasStale).toBe(false);
  await first.release();
  await expect(acquireProcessLock(path)).rejects.toThrow(`held by process ${process.pid}`);
});

test.for([
  ['names a process that has ended', { pid: 2 ** 22 + 1, identity: 'x' }],
  [
    'names an id that another process has now',
    { pid: process.pid, identity: 'of an earlier process' },
  ],
  ['is incomplete', '{"pid": 1'],
  ['is empty', ''],
] as const)('takes over a lock that %s', async ([, content]) => {
  const path = await unusedPath();
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  const lock = await acquireProcessLock(path);
  expect(lock.wasStale).toBe(true);
  expect(await lock.isHeld()).toBe(true);
});

test('a lock that was taken over is neither held nor released by its earlier holder', async () => {
  const path = await unusedPath();
  const lock = await acquireProcessLock(path);
  expect(await lock.isHeld()).toBe(true);
  // As a process in another container would, which does not see this process.
  await writeFile(path, 'of the other holder');
  expect(await lock.isHeld()).toBe(false);
  await lock.release();
  expect(await readFile(path, 'utf8')).toBe('of the other holder');
});

test('a lock whose folder was deleted is taken again', async () => {
  const path = join(await unusedPath(), 'deeper', 'lock');
  const lock = await acquireProcessLock(path);
  await rm(dirname(path), { recursive: true });
  expect(await lock.isHeld()).toBe(true);
  expect(await readFile(path, 'utf8')).toContain(`${process.pid}`);
});

test('waits for a holder that is about to release the lock', async () => {
  const path = await unusedPath();
  const first = await acquireProcessLock(path);
  const second = acquireProcessLock(path);
  setTimeout(() => void first.release(), 100);
  expect((await second).wasStale).toBe(false);
});

async function unusedPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'process-lock-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'lock');
}
