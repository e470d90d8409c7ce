import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SyncUnavailableError } from '@populatte/nestjs-clerk-sync/src/core/errors.js';
import { DrizzlePreferencesRepository } from '../../../src/infrastructure/database/drizzle-preferences.repository.js';
import {
  aUser,
  connectTo,
  type DatabaseConnection,
  queriesOn,
} from '../../support/database-connection.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

const austrian = { language: 'de-AT', timeZone: 'Europe/Vienna' };
/** The error of a write for a deleted user. */
const isDeleted = { code: 'user_deleted' };
const indian = { language: 'hi-IN', timeZone: 'Asia/Kolkata' };

let database: TestDatabase;
let connection: DatabaseConnection;
let preferences: DrizzlePreferencesRepository;

beforeAll(async () => {
  database = await createTestDatabase();
  connection = connectTo(database.url);
  preferences = preferencesOn(connection);
});
afterAll(async () => {
  await connection.close();
  await database.drop();
});

function preferencesOn(on: DatabaseConnection): DrizzlePreferencesRepository {
  return new DrizzlePreferencesRepository(queriesOn(on));
}

function storedRows(userId: string): Promise<Record<string, unknown>[]> {
  return database.query('select * from user_preferences where user_id = $1', [userId]);
}

/** Runs `work` while a transaction holds the locks of `statement`. @returns what `work` returned */
async function whileLocked<T>(
  statement: string,
  userId: string,
  work: (release: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const blocker = new pg.Client({ connectionString: database.url });
  await blocker.connect();
  await blocker.query('begin');
  await blocker.query(statement, [userId]);
  try {
    return await work(async () => {
      await blocker.query('commit');
    });
  } finally {
    await blocker.end();
  }
}

describe('preferences', () => {
  let user: { id: string; clerkId: string };
  beforeEach(async () => {
    user = await aUser(connection);
  });

  test('are null before they are chosen', async () => {
    expect(await preferences.find(user.id)).toBeNull();
    expect(await preferences.find(randomUUID())).toBeNull();
  });

  test('are stored, and found again, with the time', async () => {
    const stored = await preferences.replace(user.id, austrian);
    expect(stored).toMatchObject(austrian);
    expect(Math.abs(Date.now() - Date.parse(stored.updatedAt))).toBeLessThan(60_000);
    expect(new Date(stored.updatedAt).toISOString()).toBe(stored.updatedAt);
    expect(await preferences.find(user.id)).toEqual(stored);
  });

  test('are replaced, in one row per user', async () => {
    const first = await preferences.replace(user.id, austrian);
    const second = await preferences.replace(user.id, indian);
    expect(second).toMatchObject(indian);
    expect(Date.parse(second.updatedAt)).toBeGreaterThanOrEqual(Date.parse(first.updatedAt));
    expect(await storedRows(user.id)).toHaveLength(1);
  });

  test('of another user are not affected', async () => {
    const other = await aUser(connection);
    const theirs = await preferences.replace(other.id, indian);
    await preferences.replace(user.id, austrian);
    await connection.users.markDeleted(user.clerkId);
    expect(await preferences.find(other.id)).toEqual(theirs);
  });

  test('have the same time under every DateStyle and TimeZone of the database', async () => {
    const stored = await preferences.replace(user.id, austrian);
    const url = new URL(database.url);
    url.searchParams.set('options', '-c DateStyle=SQL,DMY -c TimeZone=Asia/Kolkata');
    const other = connectTo(url.href);
    expect(await preferencesOn(other).find(user.id)).toEqual(stored);
    await other.close();
  });

  test('come from a single one of 50 concurrent replacements', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        preferences.replace(user.id, index % 2 === 0 ? austrian : indian),
      ),
    );
    expect(answers).toContainEqual(await preferences.find(user.id));
  });
});

describe('a deletion of the user', () => {
  let user: { id: string; clerkId: string };
  beforeEach(async () => {
    user = await aUser(connection);
    await preferences.replace(user.id, austrian);
  });

  test('erases the preferences, and no more can be stored', async () => {
    await connection.users.markDeleted(user.clerkId);
    expect(await storedRows(user.id)).toEqual([]);
    await expect(preferences.replace(user.id, indian)).rejects.toMatchObject(isDeleted);
    expect(await storedRows(user.id)).toEqual([]);
  });

  test('erases them with the same transaction', async () => {
    const erase = `update users set email = null, name = null, image_url = null, deleted_at = now() where id = $1`;
    await whileLocked(erase, user.id, async () => {
      expect(await storedRows(user.id)).toHaveLength(1);
    });
    // The connection ended without a commit.
    expect(await storedRows(user.id)).toHaveLength(1);
    await whileLocked(erase, user.id, (commit) => commit());
    expect(await storedRows(user.id)).toEqual([]);
  });

  test('erases them for a role that may not touch the preferences, such as one of the previous release', async () => {
    const role = `role_${randomUUID().replaceAll('-', '')}`;
    await database.query(
      `create role ${role} login password 'p'; grant select, insert, update on users to ${role}`,
    );
    const url = new URL(database.url);
    url.username = role;
    url.password = 'p';
    const previous = connectTo(url.href);
    expect(await previous.users.markDeleted(user.clerkId)).toBe('deleted');
    await previous.close();
    expect(await storedRows(user.id)).toEqual([]);
    await database.query(`drop owned by ${role}; drop role ${role}`);
  });

  test('erases them in the schema of the table, whatever the search_path of the session is', async () => {
    await database.query(
      `set search_path = pg_catalog;
       update public.users set email = null, name = null, image_url = null, deleted_at = now() where id = '${user.id}'`,
    );
    expect(await storedRows(user.id)).toEqual([]);
  });

  test('that is in progress refuses a replacement once it is committed', async () => {
    const erase = `update users set email = null, name = null, image_url = null, deleted_at = now() where id = $1`;
    const [answer] = await whileLocked(erase, user.id, async (commit) => {
      const replacing = Promise.allSettled([preferences.replace(user.id, indian)]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await commit();
      return replacing;
    });
    expect(answer).toMatchObject({ reason: isDeleted });
    expect(await storedRows(user.id)).toEqual([]);
  });

  test('that races with replacements leaves no preferences, in 100 races', async () => {
    const other = connectTo(database.url);
    const elsewhere = preferencesOn(other);
    for (let round = 0; round < 10; round += 1) {
      const raced = await Promise.all(Array.from({ length: 10 }, () => aUser(connection)));
      const outcomes = await Promise.all(
        raced.map(async ({ id, clerkId }) => {
          const [outcome, ...replaced] = await Promise.allSettled([
            connection.users.markDeleted(clerkId),
            preferences.replace(id, austrian),
            elsewhere.replace(id, indian),
          ]);
          for (const result of replaced) {
            if (result.status === 'rejected') expect(result.reason).toMatchObject(isDeleted);
          }
          return outcome.status === 'fulfilled' ? outcome.value : 'failed';
        }),
      );
      expect(new Set(outcomes)).toEqual(new Set(['deleted']));
    }
    const left = await database.query(
      'select from user_preferences join users on users.id = user_id where deleted_at is not null',
    );
    expect(left).toEqual([]);
    await other.close();
  });
});

describe('a locked row', () => {
  test.each([
    ['the user', 'select from users where id = $1 for update'],
    ['the preferences', 'select from user_preferences where user_id = $1 for update'],
  ])('of %s holds one connection at most, and other users are served', async (_what, lock) => {
    const user = await aUser(connection);
    const other = await aUser(connection);
    await preferences.replace(user.id, austrian);
    const small = connectTo(database.url, 2);
    const onSmall = preferencesOn(small);
    await whileLocked(lock, user.id, async (release) => {
      let ended = 0;
      const waiting = Array.from({ length: 20 }, () =>
        onSmall.replace(user.id, indian).finally(() => (ended += 1)),
      );
      expect(await onSmall.replace(other.id, indian)).toMatchObject(indian);
      expect(ended).toBe(0);
      await release();
      expect(await Promise.all(waiting)).toHaveLength(20);
    });
    await small.close();
  });
});

describe('an unavailable database', () => {
  test('is reported within 5 s by an error that does not reveal the query', async () => {
    const user = await aUser(connection);
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('begin; lock table user_preferences in access exclusive mode');
    const startedAt = performance.now();
    const results = await Promise.allSettled([
      preferences.find(user.id),
      preferences.replace(user.id, austrian),
    ]);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    for (const result of results) {
      const reason: unknown = result.status === 'rejected' ? result.reason : undefined;
      expect(reason).toBeInstanceOf(SyncUnavailableError);
      expect(reason).toMatchObject({
        message: 'The database is temporarily unavailable. Try again shortly; you stay signed in.',
      });
    }
    await blocker.query('rollback');
    await blocker.end();
    expect(await preferences.replace(user.id, austrian)).toMatchObject(austrian);
  });

  test('serves reads while it is read-only, and refuses writes', async () => {
    const user = await aUser(connection);
    const stored = await preferences.replace(user.id, austrian);
    const url = new URL(database.url);
    url.searchParams.set('options', '-c default_transaction_read_only=on');
    const readOnly = connectTo(url.href);
    const onReadOnly = preferencesOn(readOnly);
    await expect(onReadOnly.replace(user.id, indian)).rejects.toThrow('read-only');
    expect(await onReadOnly.find(user.id)).toEqual(stored);
    await readOnly.close();
  });

  test('finishes a query on another connection after all connections were killed', async () => {
    const user = await aUser(connection);
    await preferences.replace(user.id, austrian);
    await database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'populatte-api' and datname = current_database()`,
    );
    expect(await preferences.replace(user.id, indian)).toMatchObject(indian);
    expect(await preferences.find(user.id)).toMatchObject(indian);
  });
});
