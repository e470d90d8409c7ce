import { describe, expect, test } from 'vitest';
import type { ClerkInstance } from '../../../src/core/reconcile/clerk-users.js';
import { aReconciliation, fiveUsers } from './a-reconciliation.js';

const known: ClerkInstance = { issuer: 'x', instanceId: 'ins_one', keyIds: ['kid_one'] };
const other: ClerkInstance = { issuer: 'y', instanceId: 'ins_two', keyIds: ['kid_two'] };
const byKeys: ClerkInstance = { ...known, instanceId: null };
const byIssuer: ClerkInstance = { ...known, instanceId: null, keyIds: [] };
const deleteMissing = { deleteMissing: true, maxDeletions: 5 };

describe('users of a different Clerk instance than the secret key’s', () => {
  test('are neither compared nor deleted', async () => {
    const { run, clerk, store, users, time } = aReconciliation(fiveUsers());
    store.recorded = other;
    for (const id of ['x', 'y']) users.add(id);
    users.add('new', {}, time.now());
    expect(await run(deleteMissing)).toEqual({
      scanned: 0,
      created: 0,
      updated: 0,
      unchanged: 0,
      stale: 0,
      missing: 0,
      deleted: 0,
      heldBack: 2,
      heldBackBecause: 'other instance',
      isOtherInstance: true,
      notListed: 0,
      requests: 0,
      durationMs: 0,
      resumed: false,
      shared: false,
    });
    expect(clerk.asked).toEqual([]);
    expect(users.deleted).toEqual([]);
  });

  test('remain beside the key’s users without deletions, and still count as another instance’s', async () => {
    const { run, store, users } = aReconciliation(fiveUsers());
    store.recorded = other;
    for (const id of ['a', 'x']) users.add(id);
    expect(await run()).toMatchObject({
      scanned: 5,
      created: 4,
      missing: 1,
      isOtherInstance: true,
      heldBackBecause: null,
    });
    expect(store.recorded).toBe(other);
  });
});

describe('the record of the instance', () => {
  test.each<[string, ClerkInstance | null, string[]]>([
    ['first if Clerk has one of the local users', null, ['a', 'x']],
    ['first if there is no local user', null, []],
    ['again if the domain has changed', { ...known, issuer: 'z' }, ['a']],
  ])('is written %s', async (_what, recorded, local) => {
    const { run, clerk, store, users } = aReconciliation(fiveUsers());
    clerk.identity = known;
    store.recorded = recorded;
    for (const id of local) users.add(id);
    expect(await run()).toMatchObject({ isOtherInstance: false });
    expect(store.recorded).toBe(known);
  });

  test('is not written again while nothing has changed', async () => {
    const { run, clerk, store, users, database } = aReconciliation(fiveUsers());
    clerk.identity = known;
    store.recorded = { ...known };
    users.add('a');
    await run();
    expect(database.statements).not.toContain('recordInstance');
  });

  test('is not written while Clerk has none of the local users', async () => {
    const { run, store, users } = aReconciliation(fiveUsers());
    store.recorded = null;
    users.add('x');
    await run();
    expect(store.recorded).toBeNull();
  });

  test('is not written by a dry run', async () => {
    const { run, store } = aReconciliation(fiveUsers());
    store.recorded = null;
    await run({ dryRun: true });
    expect(store.recorded).toBeNull();
  });
});

describe('the proof that the local users belong to the instance', () => {
  test.each<[string, ClerkInstance | null]>([
    ['no instance is recorded', null],
    ['only a domain is recorded', byIssuer],
  ])('is missing if %s and Clerk has none of them', async (_what, recorded) => {
    const { run, clerk, store, users } = aReconciliation(fiveUsers());
    clerk.identity = known;
    store.recorded = recorded;
    users.add('x');
    const result = await run(deleteMissing);
    expect(result).toMatchObject({ missing: 1, heldBack: 1, heldBackBecause: 'unproven instance' });
    expect(users.deleted).toEqual([]);
  });

  test.each<[string, ClerkInstance | null, string[]]>([
    ['the recorded id', { ...known, keyIds: [] }, []],
    ['the recorded keys', byKeys, []],
    ['a user on the first page', null, ['a']],
    ['a user on the last page', null, ['e']],
    ['a user on the last page of the recorded domain', byIssuer, ['e']],
  ])('is %s', async (_what, recorded, shared) => {
    const { run, clerk, store, users } = aReconciliation(fiveUsers());
    clerk.identity = known;
    store.recorded = recorded;
    for (const id of ['x', ...shared]) users.add(id);
    expect(await run(deleteMissing)).toMatchObject({ deleted: 1, heldBackBecause: null });
  });

  test('does not come from a user whose row was created after the run began', async () => {
    const { run, store, users, time } = aReconciliation(fiveUsers());
    store.recorded = null;
    users.add('x');
    users.add('a', {}, time.now());
    expect(await run(deleteMissing)).toMatchObject({ heldBackBecause: 'unproven instance' });
  });
});
