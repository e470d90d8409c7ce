import { describe, expect, test } from 'vitest';
import { aReconciliation, type AReconciliation, fiveUsers } from './a-reconciliation.js';
import { listed } from './fake-clerk.js';

/** @returns Clerk with five users, and this many local users that its list lacks */
function withLocal(count: number): AReconciliation & { readonly ids: readonly string[] } {
  const reconciliation = aReconciliation(fiveUsers());
  reconciliation.clerk.batchSize = 1_000;
  const ids = Array.from({ length: count }, (_, at) => `x${String(at).padStart(4, '0')}`);
  for (const id of ids) reconciliation.users.add(id);
  return { ...reconciliation, ids };
}

const finds = (asked: readonly string[]): string[] =>
  asked.filter((request) => request.startsWith('find'));

describe('local users that Clerk’s list lacks', () => {
  test('are looked up in batches, then by id, and counted as missing', async () => {
    const { run, clerk, users } = aReconciliation(fiveUsers());
    for (const id of ['a', 'x', 'y', 'z']) users.add(id);
    const result = await run({ maxDeletions: 3 });
    expect(result).toMatchObject({ missing: 3, deleted: 0, heldBack: 0, heldBackBecause: null });
    expect(finds(clerk.asked)).toEqual([
      'find many x y',
      'find many z',
      'find x',
      'find y',
      'find z',
    ]);
    expect(users.deleted).toEqual([]);
  });

  test('are not missing if they were created after the run began', async () => {
    const { run, users, time, clerk } = aReconciliation(fiveUsers());
    users.add('x', {}, time.now());
    users.add('y', {}, time.now() - 1);
    expect(await run()).toMatchObject({ missing: 1 });
    expect(finds(clerk.asked)).toEqual(['find many y', 'find y']);
  });

  test('are applied if Clerk finds them in the batch', async () => {
    const { run, clerk, users } = aReconciliation(fiveUsers());
    for (const id of ['x', 'y', 'z']) users.add(id);
    clerk.late.push(listed('x', 600, { name: 'changed' }), listed('y', 600));
    expect(await run()).toMatchObject({ scanned: 5, updated: 1, unchanged: 0, missing: 1 });
    expect(finds(clerk.asked)).toEqual(['find many x y', 'find many z', 'find z']);
  });

  test('are applied if Clerk finds them only by id', async () => {
    const { run, clerk, users } = aReconciliation(fiveUsers());
    users.add('x');
    clerk.hidden.push(listed('x', 600, { name: 'changed' }));
    const result = await run({ deleteMissing: true });
    expect(result).toMatchObject({ updated: 1, missing: 0, deleted: 0 });
    expect(users.deleted).toEqual([]);
  });

  test('are confirmed by id until one more than the limit is missing; the rest count as missing', async () => {
    const { run, clerk } = withLocal(150);
    expect(await run({ maxDeletions: 120 })).toMatchObject({ missing: 150 });
    expect(finds(clerk.asked)).toHaveLength(1 + 121);
  });

  test('are confirmed by id for the first 101, regardless of the limit', async () => {
    const { run, clerk } = withLocal(150);
    expect(await run({ maxDeletions: 0 })).toMatchObject({ missing: 150 });
    expect(finds(clerk.asked)).toHaveLength(1 + 101);
  });
});

describe('the comparison of many local users', () => {
  test('reads a thousand at a time and reports each step', async () => {
    const { run, clerk, ids, progress } = withLocal(2_500);
    clerk.late.push(...ids.map((id) => listed(id, 1)));
    expect(await run()).toMatchObject({ missing: 0, unchanged: 0, created: 5 });
    const steps = progress.filter(({ phase }) => phase === 'missing');
    expect(steps.map(({ done, total }) => `${done} of ${total}`)).toEqual([
      '1000 of 2500',
      '2000 of 2500',
      '2500 of 2500',
    ]);
    expect(finds(clerk.asked)).toHaveLength(3);
  });

  test.each([
    [1_500, ['missing null', 'missing x1999', 'missing x2499']],
    [2_000, ['missing null', 'missing x1999', 'missing x2499']],
    [2_001, ['missing null', 'missing x0999', 'missing x1999', 'missing x2499', 'missing x2499']],
  ])(
    'stores its position if the stored one is over two seconds old: %i ms per step',
    async (step, saves) => {
      const { run, clerk, ids, time, store } = withLocal(2_500);
      time.advance(10_000);
      clerk.late.push(...ids.map((id) => listed(id, 1)));
      clerk.onRequest = (request) =>
        request.startsWith('find many') ? time.sleep(step) : undefined;
      await run();
      expect(store.saves.filter((save) => save.startsWith('missing'))).toEqual(saves);
    },
  );

  test('continues after a page that is exactly full', async () => {
    const { run, users, ids, clerk, database } = withLocal(1_000);
    clerk.late.push(...ids.map((id) => listed(id, 1)));
    for (const id of ['y', 'z']) users.add(id);
    expect(await run()).toMatchObject({ missing: 2 });
    expect(database.statements.filter((name) => name === 'livePage')).toHaveLength(2);
  });

  test('ends with an empty page after one that is exactly full', async () => {
    const { run, ids, clerk, database } = withLocal(1_000);
    clerk.late.push(...ids.map((id) => listed(id, 1)));
    expect(await run()).toMatchObject({ missing: 0 });
    expect(database.statements.filter((name) => name === 'livePage')).toHaveLength(2);
  });

  test('counts users beyond the limit plus a thousand, and stores no position that lacks them', async () => {
    const { run, clerk, time, store, progress } = withLocal(2_100);
    clerk.onRequest = (request) =>
      request.startsWith('find many') ? time.sleep(3_000) : undefined;
    const result = await run({ deleteMissing: true, maxDeletions: 5 });
    expect(result).toMatchObject({
      missing: 2_100,
      deleted: 0,
      heldBack: 2_100,
      heldBackBecause: 'too many',
    });
    const saves = store.saves.filter((save) => save.startsWith('missing'));
    expect(saves).toEqual(['missing null', 'missing x0999']);
    expect(progress.at(-1)).toMatchObject({ phase: 'confirming', done: 101, total: 1_005 });
  });

  test('counts all missing users even if it can remember exactly that many', async () => {
    const { run, store } = withLocal(1_005);
    expect(await run({ maxDeletions: 5 })).toMatchObject({ missing: 1_005 });
    expect(store.saves.at(-1)).toBe('missing x1004');
  });
});
