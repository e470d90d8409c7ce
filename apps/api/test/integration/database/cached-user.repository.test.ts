import { beforeAll, describe, expect, test } from 'vitest';
import { until } from '@populatte/process-kit';
import {
  type CachedUsers,
  killListeners,
  nameOf,
  warm,
  withTwoCaches,
} from '../../support/cached-users.js';
import {
  aClerkUser,
  type ClerkUser,
} from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfile } from '@populatte/nestjs-clerk-sync/test/support/profile.builder.js';
import type { TestDatabase } from '../../support/test-database.js';
import { describeUserRepository } from '@populatte/nestjs-clerk-sync/test/support/user-repository.contract.js';

const caches = withTwoCaches();
let database: TestDatabase;
let here: CachedUsers;
let elsewhere: CachedUsers;
beforeAll(() => {
  ({ database, here, elsewhere } = caches());
});

describeUserRepository('CachedUserRepository', () => here.users);

describe('CachedUserRepository with cached rows', () => {
  test('runs no statement for a repeated profile', async () => {
    const clerkUser = aClerkUser();
    await warm(here, clerkUser);
    const { calls } = here.stored;
    expect(await here.users.sync(aProfile(clerkUser))).toMatchObject({
      outcome: 'unchanged',
      user: clerkUser,
    });
    expect(here.stored.calls).toBe(calls);
  });

  test('runs no statement for the profile that has just created the row: its own insert is not notified', async () => {
    const [clerkUser, witness] = [aClerkUser(), aClerkUser()];
    await warm(here, witness);
    await here.users.sync(aProfile(clerkUser));
    // This write is notified after the insert: had the insert been notified, the row would no
    // longer be cached.
    await elsewhere.users.markDeleted(witness.clerkId);
    await until('the later write is notified', () => !here.users.peekByClerkId(witness.clerkId));
    expect(here.users.peekSync(aProfile(clerkUser))).toMatchObject({
      outcome: 'unchanged',
      user: clerkUser,
    });
  });

  test('runs no statement for a repeated older profile, which stays stale', async () => {
    const clerkUser = aClerkUser();
    const older = aProfile({ ...clerkUser, name: 'Older' }, -5);
    await warm(here, clerkUser);
    const { calls } = here.stored;
    expect(await here.users.sync(older)).toMatchObject({ outcome: 'stale', user: clerkUser });
    expect(await here.users.sync(older)).toMatchObject({ outcome: 'stale', user: clerkUser });
    expect(await here.users.sync(aProfile(clerkUser))).toMatchObject({ outcome: 'unchanged' });
    expect(here.stored.calls).toBe(calls);
  });

  test('runs one statement for a newer exact version of the same profile and none after that', async () => {
    const [clerkUser, witness] = [aClerkUser(), aClerkUser()];
    await warm(here, clerkUser);
    await warm(here, witness);
    const { calls } = here.stored;
    await here.users.sync(aProfile(clerkUser, 10));
    expect(here.stored.calls).toBe(calls + 1);
    // This write is notified after the version: had the version been notified, the row would no
    // longer be cached.
    await elsewhere.users.markDeleted(witness.clerkId);
    await until('the deletion is notified', () => !here.users.peekByClerkId(witness.clerkId));
    expect(await here.users.sync(aProfile(clerkUser, 10))).toMatchObject({ outcome: 'unchanged' });
    const between = aProfile({ ...clerkUser, name: 'Between' }, 5);
    expect(await here.users.sync(between)).toMatchObject({ outcome: 'stale', user: clerkUser });
    expect(here.stored.calls).toBe(calls + 1);
  });

  test('runs no statement for a repeated lookup of a live or deleted user', async () => {
    const [live, deleted] = [aClerkUser(), aClerkUser()];
    await warm(here, live);
    await here.users.markDeleted(deleted.clerkId);
    await until('the tombstone is cached', async () => {
      const before = here.stored.calls;
      await here.users.findByClerkId(deleted.clerkId);
      return here.stored.calls === before;
    });
    const { calls } = here.stored;
    expect(await here.users.findByClerkId(live.clerkId)).toMatchObject({ state: 'live' });
    expect(await here.users.findByClerkId(deleted.clerkId)).toEqual({ state: 'deleted' });
    expect(here.stored.calls).toBe(calls);
  });

  test('answers synchronously for cached users', async () => {
    const clerkUser = aClerkUser();
    const deleted = aProfile();
    await warm(here, clerkUser);
    expect(here.users.peekSync(aProfile(clerkUser))).toMatchObject({
      outcome: 'unchanged',
      user: clerkUser,
    });
    expect(here.users.peekSync(aProfile(clerkUser, 1))).toBeUndefined();
    expect(here.users.peekByClerkId(clerkUser.clerkId)).toMatchObject({
      state: 'live',
      user: clerkUser,
    });
    await here.users.markDeleted(deleted.clerkId);
    await until('the tombstone is cached', async () => {
      await here.users.sync(deleted);
      return here.users.peekSync(deleted) !== undefined;
    });
    expect(here.users.peekSync(deleted)).toEqual({ outcome: 'ignored' });
    expect(here.users.peekByClerkId(deleted.clerkId)).toEqual({ state: 'deleted' });
  });

  test('runs one query for 50 concurrent identical syncs', async () => {
    const clerkUser = aClerkUser();
    const { calls } = here.stored;
    const results = await Promise.all(
      Array.from({ length: 50 }, () => here.users.sync(aProfile(clerkUser))),
    );
    expect(here.stored.calls).toBe(calls + 1);
    expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(results.filter(({ outcome }) => outcome === 'unchanged')).toHaveLength(49);
  });
});

describe('a write through the cache', () => {
  test('replaces a cached older profile at once', async () => {
    const clerkUser = aClerkUser();
    await warm(here, clerkUser);
    const newer = aProfile({ ...clerkUser, name: 'Newer' }, 5);
    expect(await here.users.sync(newer)).toMatchObject({ outcome: 'updated' });
    expect(await nameOf(here, clerkUser)).toBe('Newer');
    expect(await here.users.sync(aProfile(clerkUser))).toMatchObject({
      outcome: 'stale',
      user: { name: 'Newer' },
    });
  });

  test('replaces a cached user by a tombstone at once', async () => {
    const clerkUser = aClerkUser();
    await warm(here, clerkUser);
    expect(await here.users.markDeleted(clerkUser.clerkId)).toBe('deleted');
    expect(await here.users.findByClerkId(clerkUser.clerkId)).toEqual({ state: 'deleted' });
    expect(await here.users.sync(aProfile(clerkUser, 9))).toEqual({ outcome: 'ignored' });
  });
});

describe('a write from elsewhere', () => {
  test.each<[string, (clerkUser: ClerkUser) => Promise<unknown>, string | null]>([
    [
      'an update by another process',
      (clerkUser) => elsewhere.users.sync(aProfile({ ...clerkUser, name: 'Newer' }, 5)),
      'Newer',
    ],
    ['a deletion by another process', ({ clerkId }) => elsewhere.users.markDeleted(clerkId), null],
    [
      'an update by hand',
      ({ clerkId }) =>
        database.query(`update users set name = 'By hand' where clerk_id = $1`, [clerkId]),
      'By hand',
    ],
    [
      'a row deleted by hand',
      ({ clerkId }) => database.query('delete from users where clerk_id = $1', [clerkId]),
      null,
    ],
    [
      'a Clerk id changed by hand',
      ({ clerkId }) =>
        database.query(`update users set clerk_id = clerk_id || 'x' where clerk_id = $1`, [
          clerkId,
        ]),
      null,
    ],
    [
      'a row deleted and inserted again by hand',
      ({ clerkId }) =>
        database.query(
          `begin; delete from users where clerk_id = '${clerkId}';
           insert into users (id, clerk_id, name, profile_version)
             values (gen_random_uuid(), '${clerkId}', 'Again', 0); commit`,
        ),
      'Again',
    ],
    [
      'a version set back by hand, after which an older profile is applied',
      async (clerkUser) => {
        await database.query('update users set profile_version = 0 where clerk_id = $1', [
          clerkUser.clerkId,
        ]);
        const older = aProfile({ ...clerkUser, name: 'Repaired' }, -1);
        await until(
          'the older profile is applied',
          async () => (await here.users.sync(older)).outcome === 'updated',
        );
      },
      'Repaired',
    ],
    ['a truncated table', () => database.query('truncate users cascade'), null],
    [
      'an update by replication',
      ({ clerkId }) =>
        database.query(
          `begin; set local session_replication_role = replica;
           update users set name = 'Replicated' where clerk_id = '${clerkId}'; commit`,
        ),
      'Replicated',
    ],
  ])('is seen by the cache: %s', async (_what, write, name) => {
    const clerkUser = aClerkUser();
    await warm(here, clerkUser);
    await write(clerkUser);
    await until('the write is seen', async () => (await nameOf(here, clerkUser)) === name);
  });

  test('is seen if it creates a row, since a missing row is never cached', async () => {
    const clerkUser = aClerkUser();
    expect(await here.users.findByClerkId(clerkUser.clerkId)).toBeNull();
    await elsewhere.users.sync(aProfile(clerkUser));
    expect(await nameOf(here, clerkUser)).toBe(clerkUser.name);
  });

  test('leaves other users cached', async () => {
    const [one, other] = [aClerkUser(), aClerkUser()];
    await warm(here, one);
    await warm(here, other);
    await elsewhere.users.sync(aProfile({ ...one, name: 'Newer' }, 5));
    await until('the write is seen', async () => (await nameOf(here, one)) === 'Newer');
    const { calls } = here.stored;
    expect(await nameOf(here, other)).toBe(other.name);
    expect(here.stored.calls).toBe(calls);
  });

  test('detaches a load in flight: later callers do not share it and its result is not cached', async () => {
    const clerkUser = aClerkUser();
    await elsewhere.users.sync(aProfile(clerkUser));
    await until('the user is found', async () => {
      await here.users.findByClerkId(clerkUser.clerkId);
      return true;
    });
    await killListeners(database);
    await until('the cache is off', () => !here.changes.live);
    await here.live();

    const release = here.stored.holdAnswers();
    const loading = here.users.findByClerkId(clerkUser.clerkId);
    await elsewhere.users.sync(aProfile({ ...clerkUser, name: 'Newer' }, 5));
    // A later change: once its notification has arrived, so has the first one.
    const witness = aClerkUser();
    await database.query(`select pg_notify('user_changes', $1)`, [witness.clerkId]);
    await until('the next load does not share the detached one', async () => {
      const before = here.stored.calls;
      void here.users.findByClerkId(clerkUser.clerkId);
      await Promise.resolve();
      return here.stored.calls > before;
    });
    release();
    await loading;
    expect(await nameOf(here, clerkUser)).toBe('Newer');
  });
});
