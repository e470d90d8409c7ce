import { describe, expect, test } from 'vitest';
import type { Run } from '../../../src/core/reconcile/reconciliation.js';
import { aReconciliation, type AReconciliation, fiveUsers } from './a-reconciliation.js';
import { listed } from './fake-clerk.js';

const day = 24 * 60 * 60 * 1000;

/** @returns the stored state of a run that was killed at this request */
async function interruptedAt(
  request: string,
  before?: (first: AReconciliation) => void,
): Promise<Run> {
  const first = aReconciliation(fiveUsers());
  before?.(first);
  first.clerk.onRequest = (asked) => {
    if (asked === request) throw new Error('killed');
  };
  await expect(first.run({ deleteMissing: true, maxDeletions: 5 })).rejects.toThrow('killed');
  expect(first.store.holder).toBeNull();
  if (first.store.run === null) throw new Error('Nothing was stored.');
  return first.store.run;
}

describe('a run that resumes an interrupted one', () => {
  test('continues at its position, and adds to its counts and requests', async () => {
    const { run, clerk, store, progress } = aReconciliation(fiveUsers());
    store.run = await interruptedAt('list from d');
    const result = await run();
    expect(clerk.asked.slice(0, 3)).toEqual(['list from d', 'list from e', 'count']);
    expect(result).toMatchObject({ scanned: 5, created: 5, resumed: true, requests: 6 });
    expect(progress.map(({ resumedAt }) => resumedAt)).toEqual([4, 4, 4]);
  });

  test('stores the requests of all processes before it', async () => {
    const second = aReconciliation(fiveUsers());
    second.store.run = await interruptedAt('list from b');
    second.clerk.onRequest = (asked) => {
      if (asked === 'list from d') throw new Error('killed');
    };
    await expect(second.run()).rejects.toThrow('killed');
    expect(second.store.run).toMatchObject({ requests: 3, counts: { scanned: 4, created: 4 } });
  });

  test.each<[string, number, boolean]>([
    ['resumes a run of 24 hours ago', day, true],
    ['begins again if it is older', day + 1, false],
  ])('%s', async (_what, age, resumed) => {
    const { run, clerk, store, time } = aReconciliation(fiveUsers());
    store.run = { ...(await interruptedAt('list from d')), startedAt: time.now() - age };
    expect(await run()).toMatchObject({ resumed, scanned: 5, requests: 6 });
    expect(clerk.asked.includes('list from the start')).toBe(!resumed);
  });

  test.each([
    ['--restart', { restart: true }],
    ['--since', { since: 0 }],
  ])('begins again with %s', async (_what, options) => {
    const { run, store } = aReconciliation(fiveUsers());
    store.run = await interruptedAt('list from d');
    expect(await run(options)).toMatchObject({ resumed: false, scanned: 5 });
  });

  test('keeps its position across a run for recent changes', async () => {
    const { run, clerk, store } = aReconciliation(fiveUsers());
    store.run = await interruptedAt('list from d');
    await run({ since: 0 });
    clerk.asked.length = 0;
    expect(await run()).toMatchObject({ resumed: true, scanned: 5 });
    expect(clerk.asked[0]).toBe('list from d');
  });

  test('starts over if the run was for another instance', async () => {
    const { run, store, clerk } = aReconciliation(fiveUsers());
    store.run = {
      ...(await interruptedAt('list from d')),
      instance: { ...clerk.identity, instanceId: 'ins_two' },
    };
    expect(await run()).toMatchObject({ resumed: false, scanned: 5, created: 5 });
  });

  test('does not report users seen by the earlier process as missing, and counts only changes', async () => {
    const { run, store, users, clerk } = aReconciliation(fiveUsers());
    users.add('a', { version: { at: 100, exact: true } });
    users.add('b', { name: 'older' });
    store.run = await interruptedAt('list from d');
    const result = await run();
    expect(clerk.asked).toContain('find many a b');
    expect(result).toMatchObject({ scanned: 5, created: 5, updated: 1, unchanged: 0, missing: 0 });
  });

  test('looks up each candidate of the earlier process again', async () => {
    const { run, store, users, clerk } = aReconciliation(fiveUsers());
    for (const id of ['x', 'y']) users.add(id);
    store.run = await interruptedAt('find y', (first) => {
      for (const id of ['x', 'y']) first.users.add(id);
    });
    const result = await run({ deleteMissing: true, maxDeletions: 2 });
    expect(clerk.asked).toEqual(['count', 'find x', 'find y']);
    expect(result).toMatchObject({ missing: 2, deleted: 2, heldBackBecause: null });
  });

  test('counts the earlier process’s deletions, including against the limit', async () => {
    const left = await interruptedAt('find y', (first) => {
      for (const id of ['x', 'y']) first.users.add(id);
    });
    const resume = async (maxDeletions: number): Promise<[AReconciliation, unknown]> => {
      const second = aReconciliation(fiveUsers());
      for (const id of ['x', 'y']) second.users.add(id);
      await second.users.markDeleted('x');
      second.users.deleted.length = 0;
      second.store.run = left;
      return [second, await second.run({ deleteMissing: true, maxDeletions })];
    };
    const [allowed, result] = await resume(2);
    expect(result).toMatchObject({ missing: 1, deleted: 2, heldBack: 0, heldBackBecause: null });
    expect(allowed.clerk.asked).toEqual(['count', 'find y']);
    expect(allowed.users.deleted).toEqual(['y by reconcile']);
    const [held, heldResult] = await resume(1);
    expect(heldResult).toMatchObject({
      missing: 1,
      deleted: 1,
      heldBack: 1,
      heldBackBecause: 'too many',
    });
    expect(held.users.deleted).toEqual([]);
  });

  test('leaves a tombstone for a candidate whose row is gone', async () => {
    const { run, store, users } = aReconciliation(fiveUsers());
    store.run = await interruptedAt('find x', (first) => {
      first.users.add('x');
    });
    expect(await run({ deleteMissing: true })).toMatchObject({ missing: 1, deleted: 1 });
    expect(await users.findByClerkId('x')).toEqual({ state: 'deleted' });
  });

  test('knows that the earlier process has seen local users in the list', async () => {
    const { run, store, users } = aReconciliation(fiveUsers());
    store.recorded = null;
    for (const id of ['a', 'x']) users.add(id);
    store.run = await interruptedAt('list from b', (first) => {
      first.users.add('a');
    });
    expect(await run({ deleteMissing: true })).toMatchObject({ deleted: 1, heldBackBecause: null });
    expect(store.recorded).toMatchObject({ instanceId: 'ins_one' });
  });

  test('finishes, so that the next run starts from the beginning', async () => {
    const { run, store } = aReconciliation([...fiveUsers(), listed('f', 600)]);
    store.run = await interruptedAt('list from d');
    await run();
    expect(await run()).toMatchObject({ resumed: false, scanned: 6 });
  });
});
