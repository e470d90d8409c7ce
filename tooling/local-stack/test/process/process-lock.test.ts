import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { acquireProcessLock, LockedError } from '../../src/process/process-lock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('of many at once, one gets the lock', async () => {
  const path = join(await temporaryFolder(), 'lock');
  const attempts = await Promise.allSettled(
    Array.from({ length: 20 }, () => acquireProcessLock(path)),
  );
  const refused = attempts.filter((attempt) => attempt.status === 'rejected');
  expect(refused).toHaveLength(19);
  for (const { reason } of refused) expect(reason).toBeInstanceOf(LockedError);
});

test('a lock that was given back can be taken, and a second release takes it from nobody', async () => {
  const path = join(await temporaryFolder(), 'lock');
  const first = await acquireProcessLock(path);
  await first.release();
  const second = await acquireProcessLock(path);
  expect(second.wasStale).toBe(false);
  await first.release();
  await expect(acquireProcessLock(path)).rejects.toThrow(`held by process ${process.pid}`);
});

test.for([
  ['names a process that is gone', { pid: 2 ** 22 + 1, identity: 'x' }],
  ['names an id that went to another process', { pid: process.pid, identity: 'of an earlier one' }],
  ['was cut off', '{"pid": 1'],
  ['is empty', ''],
] as const)('a lock that %s is taken over', async ([, content]) => {
  const path = join(await temporaryFolder(), 'lock');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  const lock = await acquireProcessLock(path);
  expect(lock.wasStale).toBe(true);
  await expect(acquireProcessLock(path)).rejects.toThrow(LockedError);
});
