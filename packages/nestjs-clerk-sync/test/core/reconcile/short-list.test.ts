import { describe, expect, test } from 'vitest';
import { aReconciliation, fiveUsers } from './a-reconciliation.js';
import { type FakeClerk, listed } from './fake-clerk.js';

/**
 * Makes Clerk return only the first `length` users of the page after this user, for the first
 * `times` requests.
 */
function shortenPage(clerk: FakeClerk, startingAfter: string, length: number, times = 1): void {
  const listPage = clerk.listPage.bind(clerk);
  let left = times;
  clerk.listPage = async (cursor) => {
    const page = await listPage(cursor);
    if (cursor.startingAfter !== startingAfter || left === 0) return page;
    left -= 1;
    return page?.slice(0, length) ?? null;
  };
}

const lists = (asked: readonly string[]): string[] =>
  asked.filter((request) => request.startsWith('list'));

describe('a list of Clerk with gaps', () => {
  test('continues after a short page in the middle', async () => {
    const { run, clerk } = aReconciliation(fiveUsers());
    shortenPage(clerk, 'b', 1, Number.POSITIVE_INFINITY);
    expect(await run()).toMatchObject({ scanned: 5, created: 5, notListed: 0 });
    expect(lists(clerk.asked)).toEqual([
      'list from the start',
      'list from b',
      'list from c',
      'list from e',
    ]);
  });

  test('is read again after an empty page in the middle, and each user is applied once', async () => {
    const { run, clerk, users } = aReconciliation(fiveUsers());
    for (const id of ['a', 'x']) users.add(id);
    shortenPage(clerk, 'b', 0);
    const result = await run({ deleteMissing: true });
    expect(result).toMatchObject({
      scanned: 5,
      created: 4,
      unchanged: 1,
      notListed: 0,
      deleted: 1,
    });
    expect(users.synced).toHaveLength(new Set(users.synced).size);
  });

  test('is read again if a page lacks a user', async () => {
    const { run, clerk } = aReconciliation(fiveUsers());
    const listPage = clerk.listPage.bind(clerk);
    let isFirst = true;
    clerk.listPage = async (cursor) => {
      const page = await listPage(cursor);
      if (cursor.startingAfter !== 'b' || !isFirst) return page;
      isFirst = false;
      return page?.filter(({ clerkId }) => clerkId !== 'c') ?? null;
    };
    expect(await run()).toMatchObject({ scanned: 5, created: 5, notListed: 0 });
  });

  test('that stays short is read twice, holds deletions back and leads to a report of the missing users', async () => {
    const { run, clerk, users } = aReconciliation(fiveUsers());
    for (const id of ['a', 'x']) users.add(id);
    shortenPage(clerk, 'b', 0, Number.POSITIVE_INFINITY);
    expect(await run({ deleteMissing: true })).toMatchObject({
      scanned: 2,
      notListed: 3,
      deleted: 0,
      heldBackBecause: 'short listing',
    });
    expect(lists(clerk.asked).filter((request) => request === 'list from the start')).toHaveLength(
      2,
    );
    expect(users.deleted).toEqual([]);
  });

  test('is also reported when importing into an empty table', async () => {
    const { run, clerk } = aReconciliation(fiveUsers());
    shortenPage(clerk, 'b', 0, Number.POSITIVE_INFINITY);
    expect(await run()).toMatchObject({ created: 2, notListed: 3, heldBackBecause: null });
  });

  test('ends the second reading if the cursor’s user is deleted or the list repeats itself', async () => {
    for (const second of ['gone', 'repeats']) {
      const { run, clerk } = aReconciliation(fiveUsers());
      const listPage = clerk.listPage.bind(clerk);
      let pages = 0;
      clerk.listPage = async (cursor) => {
        pages += 1;
        if (pages === 2) return [];
        if (pages !== 4) return listPage(cursor);
        return second === 'gone' ? null : listPage({ startingAfter: null, createdAfter: null });
      };
      expect(await run()).toMatchObject({ scanned: 2, notListed: 3 });
    }
  });

  test('ends the second reading although users sign up between all pages', async () => {
    const { run, clerk, time } = aReconciliation(fiveUsers());
    clerk.pageSize = 3;
    shortenPage(clerk, 'c', 0);
    let signUps = 0;
    clerk.onRequest = (request) => {
      if (!request.startsWith('list') || !clerk.asked.includes('count')) return;
      signUps += 1;
      clerk.users.push(listed(`late ${signUps}`, time.now() + signUps * 61_000));
    };
    expect(await run()).toMatchObject({ notListed: 0 });
    expect(signUps).toBeLessThan(20);
  });

  test('is not read again by a resumed run, which does not know the users before it', async () => {
    const first = aReconciliation(fiveUsers());
    shortenPage(first.clerk, 'b', 0);
    const { clerk, store, users, run } = first;
    users.add('a');
    clerk.onRequest = (request) => {
      if (request === 'count' && clerk.asked.length > 1) throw new Error('killed');
    };
    await expect(run()).rejects.toThrow('killed');
    clerk.onRequest = () => undefined;
    clerk.asked.length = 0;
    const resumed = await run({ deleteMissing: true });
    expect(resumed).toMatchObject({
      resumed: true,
      notListed: 3,
      heldBackBecause: 'short listing',
    });
    expect(lists(clerk.asked)).toEqual([]);
    expect(store.run).toBeNull();
    // The next run gets the whole list.
    expect(await run()).toMatchObject({ resumed: false, scanned: 5, notListed: 0 });
  });

  test('is read to the end by a run for recent changes, past a short page', async () => {
    const { run, clerk } = aReconciliation(fiveUsers());
    const listRecent = clerk.listRecent.bind(clerk);
    clerk.listRecent = async (offset) =>
      (await listRecent(offset)).slice(0, offset === 0 ? 1 : undefined);
    expect(await run({ since: 0 })).toMatchObject({ scanned: 5 });
  });
});
