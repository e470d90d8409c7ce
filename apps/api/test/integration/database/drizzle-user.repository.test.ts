import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTo, type DatabaseConnection } from '../../support/database-connection.js';
import type { Profile } from '@populatte/nestjs-clerk-sync/src/core/profile.js';
import {
  aClerkUser,
  type ClerkUser,
} from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfile, someTime } from '@populatte/nestjs-clerk-sync/test/support/profile.builder.js';
import { storedRow } from '../../support/stored-user.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';
import { describeUserRepository } from '@populatte/nestjs-clerk-sync/test/support/user-repository.contract.js';

let database: TestDatabase;
let connection: DatabaseConnection;
let requests: DatabaseConnection;

beforeAll(async () => {
  database = await createTestDatabase();
  connection = connectTo(database.url);
  requests = connectTo(database.url);
});

afterAll(async () => {
  await requests.close();
  await connection.close();
  await database.drop();
});

describeUserRepository('DrizzleUserRepository', () => connection.users);

describeUserRepository('DrizzleUserRepository, syncing for requests', () => {
  const { users } = requests;
  const sync = users.sync.bind(users);
  return Object.assign(users, { sync: (profile: Profile) => sync(profile, 'token') });
});

test('50 concurrent identical syncs run two statements at most, and one of them creates', async () => {
  const counted = connectTo(database.url);
  const query = counted.pool.query.bind(counted.pool);
  let statements = 0;
  Object.assign(counted.pool, {
    query: (text: string, values?: unknown[]): Promise<unknown> => {
      statements += 1;
      return query(text, values);
    },
  });
  const profile = aProfile(aClerkUser());
  const results = await Promise.all(Array.from({ length: 50 }, () => counted.users.sync(profile)));
  expect(statements).toBeLessThanOrEqual(2);
  expect(statements).toBeGreaterThan(0);
  expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
  expect(results.filter(({ outcome }) => outcome === 'unchanged')).toHaveLength(49);
  await counted.close();
});

test('a sync that waits behind a deletion is shared, and ignored', async () => {
  const profile = aProfile(aClerkUser());
  await connection.users.sync(profile);
  const deletion = connection.users.markDeleted(profile.clerkId);
  const syncs = Array.from({ length: 10 }, () => connection.users.sync(profile));
  expect(await deletion).toBe('deleted');
  expect(await Promise.all(syncs)).toEqual(syncs.map(() => ({ outcome: 'ignored' })));
});

describe('DrizzleUserRepository and the stored row', () => {
  /** The whole row, and the transaction that wrote it. */
  async function row({ clerkId }: ClerkUser): Promise<unknown> {
    const [found] = await database.query(
      'select users.*, created_at::text, updated_at::text, xmin::text from users where clerk_id = $1',
      [clerkId],
    );
    return found;
  }

  test.each([
    ['the same token again', 0, false, {}],
    ['a newer token with the same profile', 9_000, false, {}],
    ['the same webhook again', 0, true, {}],
    ['an older webhook with the same profile', -1, true, {}],
    ['an older webhook with another profile', -1, true, { name: 'Old' }],
    ['an older token with another profile', -1, false, { email: null }],
    ['an equal version with another profile', 0, true, { name: 'Other' }],
  ])('writes nothing for %s', async (_what, at, exact, change) => {
    const clerkUser = aClerkUser();
    await connection.users.sync(aProfile(clerkUser));
    const before = await row(clerkUser);
    for (let time = 0; time < 3; time += 1) {
      await connection.users.sync(aProfile({ ...clerkUser, ...change }, at, exact));
    }
    expect(await row(clerkUser)).toEqual(before);
  });

  test('writes nothing to a tombstone', async () => {
    const clerkUser = aClerkUser();
    await connection.users.sync(aProfile(clerkUser));
    await connection.users.markDeleted(clerkUser.clerkId);
    const before = await row(clerkUser);
    await connection.users.sync(aProfile(clerkUser, 9_000));
    await connection.users.sync(aProfile(clerkUser, 9_000, false));
    await connection.users.markDeleted(clerkUser.clerkId);
    expect(await row(clerkUser)).toEqual(before);
  });

  test('writes only the version for a newer exact version of the same profile', async () => {
    const clerkUser = aClerkUser();
    await connection.users.sync(aProfile(clerkUser));
    const before = await row(clerkUser);
    await connection.users.sync(aProfile(clerkUser, 7));
    expect(await row(clerkUser)).toEqual({
      ...(before as object),
      profile_version: String(someTime + 7),
      xmin: expect.any(String) as string,
    });
    expect(await row(clerkUser)).not.toEqual(before);
  });

  test('erases all personal data when it writes a tombstone', async () => {
    const clerkUser = aClerkUser();
    await connection.users.sync(aProfile(clerkUser));
    await connection.users.markDeleted(clerkUser.clerkId);
    expect(await storedRow(database, clerkUser.clerkId)).toMatchObject({
      email: null,
      name: null,
      image_url: null,
      deleted: true,
    });
  });

  test('has one row per Clerk id after all tests above', async () => {
    const [count] = await database.query<{ rows: string; users: string }>(
      'select count(*) as rows, count(distinct clerk_id) as users from users',
    );
    expect(count?.rows).toBe(count?.users);
    expect(Number(count?.rows)).toBeGreaterThan(100);
  });
});

describe('DrizzleUserRepository syncing for a request', () => {
  test('an existing user whose profile needs a write runs the sync statement after the first one', async () => {
    const clerkUser = aClerkUser();
    const first = await connection.users.sync(aProfile(clerkUser), 'token');
    const changed = { ...clerkUser, name: 'Changed' };
    expect(first.outcome).toBe('created');
    expect(await connection.users.sync(aProfile(changed, 5), 'token')).toMatchObject({
      outcome: 'updated',
      user: { id: first.outcome === 'created' ? first.user.id : '', name: 'Changed' },
      version: someTime + 5,
    });
  });

  test('an existing user consumes no default of the table', async () => {
    const clerkUser = aClerkUser();
    await database.query('create sequence user_numbers');
    await database.query(
      "alter table users add column number bigint default nextval('user_numbers')",
    );
    for (let time = 0; time < 3; time += 1) await requests.users.sync(aProfile(clerkUser), 'token');
    const [used] = await database.query<{ last_value: string; number: string }>(
      'select last_value, number from user_numbers, users where clerk_id = $1',
      [clerkUser.clerkId],
    );
    expect(used?.last_value).toBe(used?.number);
    await database.query('alter table users drop column number');
  });
});

describe('DrizzleUserRepository behind another transaction', () => {
  test.each([
    ['a webhook', 'webhook'],
    ['a request', 'token'],
  ] as const)(
    '%s gets the user that the other transaction created after its statement began',
    async (_what, source) => {
      const clerkUser = aClerkUser();
      const commit = await createdByAnother(clerkUser);
      const waiting = connection.users.sync(aProfile(clerkUser, 1), source);
      await blocked(1);
      await commit();
      expect(await waiting).toMatchObject({ outcome: 'stale', user: { email: 'first@x.example' } });
    },
  );

  test('bans the user that the other transaction created after its statement began, and reports the profile as stale', async () => {
    const clerkUser = aClerkUser();
    const commit = await createdByAnother(clerkUser);
    const waiting = connection.users.sync({ ...aProfile(clerkUser, 5), banned: true }, 'webhook');
    await blocked(1);
    await commit();
    expect(await waiting).toMatchObject({
      outcome: 'stale',
      user: { email: 'first@x.example' },
      revocations: { bannedAt: someTime + 5 },
    });
  });

  test('keeps a user deleted if the deletion was committed after the statement began', async () => {
    const clerkUser = aClerkUser();
    await connection.users.sync(aProfile(clerkUser));
    const other = await connection.pool.connect();
    await other.query('begin');
    await other.query(
      `update users set deleted_at = now(), email = null, name = null, image_url = null
       where clerk_id = $1`,
      [clerkUser.clerkId],
    );
    const waiting = connection.users.sync(aProfile({ ...clerkUser, name: 'Back' }, 9));
    await expect(Promise.race([waiting, sleep(200, 'still waiting')])).resolves.toBe(
      'still waiting',
    );
    await other.query('commit');
    other.release();
    expect(await waiting).toEqual({ outcome: 'ignored' });
    expect(await storedRow(database, clerkUser.clerkId)).toMatchObject({
      deleted: true,
      name: null,
    });
  });

  /** Creates the user at version `someTime + 5` in a transaction, and returns what commits it. */
  async function createdByAnother({ clerkId }: ClerkUser): Promise<() => Promise<void>> {
    const other = await connection.pool.connect();
    await other.query('begin');
    await other.query(
      `insert into users (id, clerk_id, email, profile_version)
       values (gen_random_uuid(), $1, 'first@x.example', $2)`,
      [clerkId, someTime + 5],
    );
    return async () => {
      await other.query('commit');
      other.release();
    };
  }

  /** Waits until this many statements of the database wait for a lock. */
  async function blocked(count: number): Promise<void> {
    const waiting = `select count(*)::int as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    for (;;) {
      const [found] = await database.query<{ n: number }>(waiting);
      if (found?.n === count) return;
    }
  }
});
