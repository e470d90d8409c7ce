import { describe, expect, test } from 'vitest';
import { aReconciliation, type AReconciliation, fiveUsers } from './a-reconciliation.js';
import { listed } from './fake-clerk.js';

/** @returns Clerk with 30 users, changed at 1 to 30, in pages of ten */
function thirtyUsers(): AReconciliation {
  const users = Array.from({ length: 30 }, (_, at) => listed(`user_${at + 1}`, at + 1));
  const reconciliation = aReconciliation(users);
  reconciliation.clerk.pageSize = 10;
  return reconciliation;
}

describe('a run for recent changes', () => {
  test('applies only users that changed at or after the time, newest first', async () => {
    const { run, clerk, users } = thirtyUsers();
    expect(await run({ since: 26 })).toMatchObject({ scanned: 5, created: 5, missing: 0 });
    expect(clerk.asked).toEqual(['recent from 0']);
    expect(await users.findByClerkId('user_26')).not.toBeNull();
    expect(await users.findByClerkId('user_25')).toBeNull();
  });

  test('overlaps pages by a tenth, and counts each user once', async () => {
    const { run, clerk, progress } = thirtyUsers();
    expect(await run({ since: 6 })).toMatchObject({ scanned: 25, created: 25, unchanged: 0 });
    expect(clerk.asked).toEqual(['recent from 0', 'recent from 9', 'recent from 18']);
    expect(progress).toMatchObject([
      { phase: 'listing', done: 10, total: null },
      { phase: 'listing', done: 19, total: null },
      { phase: 'listing', done: 25, total: null },
    ]);
  });

  test('stops at the end of the list', async () => {
    const { run, clerk } = thirtyUsers();
    expect(await run({ since: 0 })).toMatchObject({ scanned: 30, created: 30 });
    expect(clerk.asked.at(-1)).toBe('recent from 36');
    expect(clerk.asked).toHaveLength(5);
  });

  test('skips an entry that cannot be parsed', async () => {
    const { run, clerk } = aReconciliation(fiveUsers());
    clerk.users[3] = { clerkId: 'd', createdAt: 400, profile: null };
    expect(await run({ since: 300 })).toMatchObject({ scanned: 3, created: 2 });
  });

  test('does not look for missing users and deletes none', async () => {
    const { run, users, clerk } = aReconciliation(fiveUsers());
    users.add('x');
    const result = await run({ since: 0, deleteMissing: true });
    expect(result).toMatchObject({ missing: 0, deleted: 0, heldBackBecause: null, notListed: 0 });
    expect(users.deleted).toEqual([]);
    expect(clerk.asked.filter((request) => !request.startsWith('recent'))).toEqual([]);
  });
});
