import { describe, expect, test } from 'vitest';
import { SyncUnavailableError } from '../../../src/core/errors.js';
import { aReconciliation, fiveUsers } from './a-reconciliation.js';

const deleteMissing = { deleteMissing: true, maxDeletions: 1 };

describe('an unavailable database', () => {
  test.each([
    'acquire',
    'instance',
    'countLive',
    'findRows',
    'sync',
    'save',
    'recordInstance',
    'livePage',
    'markDeleted',
    'finish',
  ])('is retried until it recovers, and each user counts once: %s', async (statement) => {
    const { run, database, users, store, time } = aReconciliation(fiveUsers());
    store.recorded = null;
    for (const id of ['a', 'x']) users.add(id);
    database.failures.set(statement, 3);
    const expected = { scanned: 5, created: 4, unchanged: 1, missing: 1, deleted: 1 };
    expect(await run(deleteMissing)).toMatchObject(expected);
    expect(time.monotonic()).toBeGreaterThanOrEqual(1_000);
    expect(store.holder).toBeNull();
    expect(database.statements).toContain(statement);
  });

  test('is retried by a dry run', async () => {
    const { run, database } = aReconciliation(fiveUsers());
    database.failures.set('now', 3);
    expect(await run({ dryRun: true })).toMatchObject({ created: 5 });
  });

  test('is retried by a process that waits', async () => {
    const { run, database, store } = aReconciliation(fiveUsers());
    store.holder = { owner: 'a process that was killed', until: 1_200 };
    database.failures.set('finishedRuns', 3);
    expect(await run()).toMatchObject({ created: 5 });
  });

  test('is retried for a minute, and reported at once', async () => {
    const { run, database, time, outages } = aReconciliation(fiveUsers());
    time.advance(100_000);
    database.failures.set('findRows', 1_000);
    await expect(run()).rejects.toThrow(SyncUnavailableError);
    expect(outages).toEqual([expect.any(SyncUnavailableError)]);
    expect(time.monotonic() - 100_000).toBe(60_500);
  });

  test('does not hide why a run failed if its lease cannot be released either', async () => {
    const { run, database, clerk } = aReconciliation(fiveUsers());
    clerk.onRequest = (request) => {
      if (request !== 'list from b') return;
      database.failures.set('release', 1);
      throw new Error('killed');
    };
    await expect(run()).rejects.toThrow('killed');
  });
});

test('an error that is not an outage is thrown at once', async () => {
  const { run, users, time } = aReconciliation(fiveUsers());
  users.sync = () => Promise.reject(new TypeError('a bug'));
  await expect(run()).rejects.toThrow('a bug');
  expect(time.monotonic()).toBe(0);
});
