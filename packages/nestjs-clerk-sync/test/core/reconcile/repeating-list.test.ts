import { describe, expect, test } from 'vitest';
import { aReconciliation, fiveUsers } from './a-reconciliation.js';
import type { FakeClerk } from './fake-clerk.js';

const unusable = expect.objectContaining({
  code: 'clerk_unavailable',
  message: expect.stringContaining('the same page twice') as string,
}) as Error;

/**
 * Returns the first page for every request, like a proxy that ignores the query in its cache key.
 */
function repeatFirstPage(clerk: FakeClerk): void {
  const listPage = clerk.listPage.bind(clerk);
  const listRecent = clerk.listRecent.bind(clerk);
  clerk.listPage = () => listPage({ startingAfter: null, createdAfter: null });
  clerk.listRecent = () => listRecent(0);
}

describe('a list of Clerk that repeats itself', () => {
  test('fails the run, which deletes no user and can be resumed', async () => {
    const { run, clerk, users, store } = aReconciliation(fiveUsers());
    users.add('x');
    repeatFirstPage(clerk);
    await expect(run({ deleteMissing: true })).rejects.toEqual(unusable);
    expect(clerk.requests).toBeLessThan(10);
    expect(users.deleted).toEqual([]);
    expect(store.holder).toBeNull();
    expect(store.run).toMatchObject({ counts: { scanned: 2 } });
  });

  test('fails a run for recent changes', async () => {
    const { run, clerk } = aReconciliation(fiveUsers());
    repeatFirstPage(clerk);
    await expect(run({ since: 0 })).rejects.toEqual(unusable);
    expect(clerk.requests).toBeLessThan(10);
  });

  test('counts a user once who appears several times on one or two pages', async () => {
    const { run, clerk, users } = aReconciliation(fiveUsers());
    const [a, b, c, d] = clerk.users;
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error();
    const pages = [[a, a], [a, b], [b, c], [d]];
    clerk.counted = 4;
    clerk.listPage = () => Promise.resolve(pages.shift() ?? []);
    expect(await run()).toMatchObject({ scanned: 4, created: 4, notListed: 0 });
    expect(users.synced).toHaveLength(4);
  });
});
