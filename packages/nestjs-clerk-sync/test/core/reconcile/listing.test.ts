import { describe, expect, test } from 'vitest';
import { aReconciliation, fiveUsers } from './a-reconciliation.js';
import { listed } from './fake-clerk.js';

describe('the listing of Clerk’s users', () => {
  test('goes page by page, stores the position after each, and counts each user once', async () => {
    const { run, clerk, store, users, metrics } = aReconciliation(fiveUsers());
    expect(await run()).toMatchObject({ scanned: 5, created: 5, missing: 0, notListed: 0 });
    expect(clerk.asked).toEqual([
      'count',
      'list from the start',
      'list from b',
      'list from d',
      'list from e',
      'count',
    ]);
    expect(store.saves).toEqual([
      'listing b',
      'listing d',
      'listing e',
      'missing null',
      'missing null',
    ]);
    expect(users.synced.toSorted()).toEqual(
      ['a', 'b', 'c', 'd', 'e'].map((id) => `${id} by reconcile`),
    );
    expect(metrics.counted).toEqual(Array.from({ length: 5 }, () => 'reconcile created'));
  });

  test('continues after the last user of a page', async () => {
    const { run, clerk } = aReconciliation(fiveUsers());
    clerk.pageSize = 3;
    expect(await run()).toMatchObject({ scanned: 5, created: 5, unchanged: 0 });
    expect(clerk.asked).toEqual([
      'count',
      'list from the start',
      'list from c',
      'list from e',
      'count',
    ]);
  });

  test('ends after an empty page if the last user still exists', async () => {
    const { run, clerk } = aReconciliation(fiveUsers().slice(0, 4));
    expect(await run()).toMatchObject({ scanned: 4, created: 4 });
    expect(clerk.asked).toEqual([
      'count',
      'list from the start',
      'list from b',
      'list from d',
      'find d',
      'count',
    ]);
  });

  test('ends although users sign up between all pages, and deletes none of them', async () => {
    const { run, clerk, users, time } = aReconciliation(fiveUsers());
    clerk.pageSize = 3;
    users.add('x');
    let signUps = 0;
    clerk.onRequest = (request) => {
      if (!request.startsWith('list')) return;
      signUps += 1;
      const at = time.now() + signUps * 61_000;
      clerk.users.push(listed(`late ${signUps}`, at), listed(`later ${signUps}`, at));
    };
    expect(await run({ deleteMissing: true })).toMatchObject({
      missing: 1,
      deleted: 1,
      notListed: 0,
    });
    expect(signUps).toBeLessThan(10);
  });

  test('ends at once for an instance without users', async () => {
    const { run, clerk } = aReconciliation();
    expect(await run({ deleteMissing: true })).toMatchObject({ scanned: 0, heldBackBecause: null });
    expect(clerk.asked).toEqual(['count', 'list from the start', 'count']);
  });

  test.each([
    ['an error', false],
    ['an empty page', true],
  ])('continues by time of creation if Clerk has %s for a deleted user', async (_what, isEmpty) => {
    const { run, clerk } = aReconciliation(fiveUsers());
    clerk.hasEmptyPages = isEmpty;
    clerk.onRequest = (request) => {
      if (request === 'list from b') clerk.users.splice(1, 1);
    };
    expect(await run()).toMatchObject({ scanned: 5, created: 5, notListed: 0 });
    const lists = clerk.asked.filter((request) => request.startsWith('list'));
    expect(lists).toEqual([
      'list from the start',
      'list from b',
      'list from 199',
      'list from d',
      'list from e',
    ]);
  });

  test('continues by the last known time of creation', async () => {
    const { run, clerk } = aReconciliation(fiveUsers());
    clerk.users[3] = { ...listed('d', 400), createdAt: null };
    clerk.onRequest = (request) => {
      if (request === 'list from d') clerk.users.splice(3, 1);
    };
    expect(await run()).toMatchObject({ scanned: 5, created: 5 });
    expect(clerk.asked).toContain('list from 199');
  });

  test('begins again if no time of creation is known, and counts each user once', async () => {
    const { run, clerk } = aReconciliation(
      fiveUsers().map((user) => ({ ...user, createdAt: null })),
    );
    clerk.onRequest = (request) => {
      if (request === 'list from b') clerk.users.splice(1, 1);
    };
    expect(await run()).toMatchObject({ scanned: 5, created: 5, unchanged: 0 });
    expect(clerk.asked.filter((request) => request === 'list from the start')).toHaveLength(2);
  });

  test('counts an unreadable entry as scanned, and its user not as missing', async () => {
    const { run, clerk, users } = aReconciliation(fiveUsers());
    users.add('a');
    clerk.users[0] = { clerkId: 'a', createdAt: 100, profile: null };
    expect(await run()).toMatchObject({ scanned: 5, created: 4, missing: 0 });
  });

  test('counts every outcome', async () => {
    const { run, users } = aReconciliation(fiveUsers());
    users.add('a', { version: { at: 100, exact: true } });
    users.add('b', { version: { at: 999, exact: true }, name: 'newer' });
    users.add('c', { name: 'older' });
    users.add('d');
    await users.markDeleted('d');
    const result = await run();
    expect(result).toMatchObject({ scanned: 5, created: 1, updated: 1, unchanged: 1, stale: 2 });
  });

  test('reports its progress after each page', async () => {
    const { run, progress } = aReconciliation(fiveUsers());
    const { durationMs: _, ...result } = await run();
    const { scanned, created, updated, unchanged, stale, missing, deleted, heldBack } = result;
    const counts = { scanned, created, updated, unchanged, stale, missing, deleted, heldBack };
    expect(progress.map(({ phase, done, total }) => `${phase} ${done} of ${total}`)).toEqual([
      'listing 2 of 5',
      'listing 4 of 5',
      'listing 5 of 5',
      'listing 5 of 5',
      'missing 0 of 0',
    ]);
    expect(progress.at(-1)).toEqual({
      phase: 'missing',
      done: 0,
      total: 0,
      counts,
      resumedAt: null,
    });
  });

  test('returns its duration and the number of requests to Clerk', async () => {
    const { run, clerk, time } = aReconciliation(fiveUsers());
    time.advance(5_000);
    clerk.onRequest = () => time.sleep(100);
    expect(await run()).toEqual({
      scanned: 5,
      created: 5,
      updated: 0,
      unchanged: 0,
      stale: 0,
      missing: 0,
      deleted: 0,
      heldBack: 0,
      heldBackBecause: null,
      isOtherInstance: false,
      notListed: 0,
      requests: 6,
      durationMs: 700,
      resumed: false,
      shared: false,
    });
  });
});
