import { describe, expect, test } from 'vitest';
import type { ReconcileOptions } from '../../../src/core/reconcile/reconciliation.js';
import { aReconciliation, type AReconciliation, fiveUsers } from './a-reconciliation.js';
import { listed } from './fake-clerk.js';

/** @returns Clerk with five users, who have rows, and local users that Clerk does not have */
function withMissing(...missing: string[]): AReconciliation {
  const reconciliation = aReconciliation(fiveUsers());
  for (const id of ['a', 'b', 'c', 'd', 'e', ...missing]) reconciliation.users.add(id);
  return reconciliation;
}

const deleteMissing = { deleteMissing: true, maxDeletions: 2 };

describe('the deletion of missing users', () => {
  test('deletes, counts, measures and reports each', async () => {
    const { run, users, metrics, progress } = withMissing('x', 'y');
    const result = await run(deleteMissing);
    expect(result).toMatchObject({ missing: 2, deleted: 2, heldBack: 0, heldBackBecause: null });
    expect(users.deleted).toEqual(['x by reconcile', 'y by reconcile']);
    expect(await users.findByClerkId('a')).toMatchObject({ state: 'live' });
    const deletions = metrics.counted.filter((counted) => counted.includes('deleted'));
    expect(deletions).toEqual(['reconcile deleted', 'reconcile deleted']);
    const steps = progress.filter(({ phase }) => phase === 'confirming' || phase === 'deleting');
    expect(steps.map(({ phase, done, total }) => `${phase} ${done} of ${total}`)).toEqual([
      'confirming 1 of 2',
      'confirming 2 of 2',
      'deleting 1 of 2',
      'deleting 2 of 2',
    ]);
    expect(progress.at(-1)?.counts).toMatchObject({ missing: 2, deleted: 2 });
  });

  test('measures a user that a webhook has deleted in the meantime as ignored', async () => {
    const { run, users, metrics, clerk } = withMissing('x');
    clerk.onRequest = async (request) => {
      if (request === 'find x') await users.markDeleted('x');
    };
    expect(await run(deleteMissing)).toMatchObject({ deleted: 1 });
    expect(metrics.counted.at(-1)).toBe('reconcile ignored');
  });

  test.each<[string, ReconcileOptions]>([
    ['it was not asked for', { maxDeletions: 2 }],
    ['it was refused', { deleteMissing: false, maxDeletions: 2 }],
    ['it is a dry run', { ...deleteMissing, dryRun: true }],
    [
      'it is a dry run, and too many are missing',
      { deleteMissing: true, maxDeletions: 0, dryRun: true },
    ],
    ['it was not asked for, and too many are missing', { maxDeletions: 0 }],
  ])('deletes none if %s', async (_what, options) => {
    const { run, users } = withMissing('x', 'y');
    const result = await run(options);
    expect(result).toMatchObject({ missing: 2, deleted: 0, heldBack: 0, heldBackBecause: null });
    expect(users.deleted).toEqual([]);
  });

  test('deletes at most the maximum number of users, or none', async () => {
    const { run, users } = withMissing('x', 'y', 'z');
    const result = await run(deleteMissing);
    expect(result).toMatchObject({
      missing: 3,
      deleted: 0,
      heldBack: 3,
      heldBackBecause: 'too many',
    });
    expect(users.deleted).toEqual([]);
  });

  test.each([
    ['one of six', 5, 1, 1],
    ['not two of seven', 5, 2, 0],
    ['two of 250', 248, 2, 2],
    ['not three of 250', 247, 3, 0],
  ])(
    'deletes by default at most 1 %%, and at least one: %s',
    async (_what, kept, missing, deleted) => {
      const clerkUsers = Array.from({ length: kept }, (_, at) => listed(`user_${at}`, 1));
      const { run, clerk, users } = aReconciliation(clerkUsers);
      clerk.pageSize = 100;
      for (const { clerkId } of clerkUsers) users.add(clerkId);
      for (let at = 0; at < missing; at += 1) users.add(`x${at}`);
      expect(await run({ deleteMissing: true })).toMatchObject({ missing, deleted });
    },
  );
});

describe('a listing that cannot be complete', () => {
  test('holds deletions back if Clerk counts more users than it lists', async () => {
    const { run, clerk, users } = withMissing('x');
    clerk.counted = 7;
    const result = await run(deleteMissing);
    expect(result).toMatchObject({
      notListed: 2,
      missing: 1,
      deleted: 0,
      heldBack: 1,
      heldBackBecause: 'short listing',
    });
    expect(users.deleted).toEqual([]);
  });

  test('is also reported without deletions', async () => {
    const { run, clerk } = withMissing('x');
    clerk.counted = 7;
    const expected = { notListed: 2, missing: 1, heldBack: 0, heldBackBecause: null };
    expect(await run()).toMatchObject(expected);
  });

  test.each([
    ['users sign up', 5, 7],
    ['users are deleted', 7, 5],
    ['users are deleted, and fewer are counted than were listed', 5, 3],
  ])('is not assumed if %s during the run', async (_what, before, after) => {
    const { run, clerk } = withMissing('x');
    clerk.onRequest = (request) => {
      if (request === 'count') clerk.counted = clerk.counted === null ? before : after;
    };
    expect(await run(deleteMissing)).toMatchObject({ notListed: 0, deleted: 1 });
  });

  test('holds deletions back if Clerk lists no user, and looks up none by id', async () => {
    const { run, clerk, users, time } = withMissing('x');
    users.add('new', {}, time.now());
    clerk.users.length = 0;
    const result = await run({ deleteMissing: true, maxDeletions: 100 });
    expect(result).toMatchObject({
      scanned: 0,
      missing: 6,
      deleted: 0,
      heldBack: 6,
      heldBackBecause: 'empty listing',
    });
    expect(users.deleted).toEqual([]);
    expect(clerk.asked).toEqual(['count', 'list from the start', 'count']);
  });

  test('counts all local users as missing if Clerk lists no user, even without deletions', async () => {
    const { run, clerk } = withMissing('x');
    clerk.users.length = 0;
    expect(await run()).toMatchObject({ missing: 6, heldBack: 0, heldBackBecause: null });
  });
});
