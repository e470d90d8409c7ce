import { type INestApplicationContext, Injectable, Scope, type Type } from '@nestjs/common';
import {
  type EmbeddedPostgres,
  openPool,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import {
  ClerkSync,
  clerkSyncSql,
  clerkUserColumns,
  clerkUserConstraints,
  EraseUserData,
  SyncUnavailableError,
  type Transaction,
} from '../src/index.js';
import { Erasers } from '../src/infrastructure/postgres/erasers.js';
import { NestLog } from '../src/nest-log.js';
import { DrizzleUserRepository, WriteAccess } from '../src/internal.js';
import { SystemClock } from '../src/core/clock.js';
import { createDatabase } from '../src/infrastructure/postgres/database.js';
import { startTestClerk, type TestClerk } from '../src/testing/index.js';
import { createUserTable } from './support/create-user-table.js';
import { liveUser } from './support/live-user.js';
import { startApplication } from './support/start-application.js';

const users = pgTable(
  'people',
  { ...clerkUserColumns(), phone: text('phone') },
  clerkUserConstraints,
);
const notes = pgTable('notes', { userId: uuid('user_id').notNull(), body: text('body').notNull() });

type User = typeof users.$inferSelect;

/** The second eraser, which each test defines. */
const second = vi.fn<(user: User, transaction: Transaction) => Promise<void>>();

@Injectable()
class NotesService {
  @EraseUserData()
  async erase(user: User, transaction: Transaction): Promise<void> {
    await transaction.delete(notes).where(eq(notes.userId, user.id));
    await transaction.update(users).set({ phone: null }).where(eq(users.id, user.id));
  }
}

@Injectable()
class OtherService {
  @EraseUserData()
  erase(user: User, transaction: Transaction): Promise<void> {
    return second(user, transaction);
  }
}

let postgres: EmbeddedPostgres;
let clerk: TestClerk;
let pool: pg.Pool;
let application: INestApplicationContext;
let clerkSync: ClerkSync<User>;

function start(providers: readonly Type[]): Promise<INestApplicationContext> {
  const database = { pool, users };
  return startApplication({ ...clerk.options, database, cache: { users: false } }, providers);
}

beforeAll(async () => {
  [postgres, clerk] = await Promise.all([startTemporaryPostgres(), startTestClerk()]);
  pool = openPool(await postgres.createDatabase('erasure'), 5);
  await pool.query(`
    ${createUserTable('people', 'phone text')}
    create table notes (user_id uuid not null references people, body text not null)`);
  await pool.query(clerkSyncSql(users));
  application = await start([NotesService, OtherService]);
  clerkSync = application.get<ClerkSync<User>>(ClerkSync);
});
afterEach(() => {
  second.mockReset();
});
afterAll(async () => {
  await application.close();
  await pool.end();
  await Promise.all([postgres.remove(), clerk.close()]);
});

let count = 0;

/** A live user with a phone number and a note. */
async function aUser(): Promise<User> {
  count += 1;
  const clerkId = `user_erased${count}`;
  const profile = { clerkId, email: 'ada@people.example', name: 'Ada', imageUrl: null };
  const user = liveUser(await clerkSync.sync({ ...profile, version: { at: 1, exact: true } }));
  await drizzle(pool).insert(notes).values({ userId: user.id, body: 'private' });
  await drizzle(pool).update(users).set({ phone: '1' }).where(eq(users.id, user.id));
  return { ...user, phone: '1' };
}

async function stateOf({ id }: User): Promise<unknown> {
  const { rows } = await pool.query<{ isDeleted: boolean; phone: string | null; notes: number }>(
    `select deleted_at is not null as "isDeleted", phone,
       (select count(*)::int from notes where user_id = people.id) as notes
     from people where id = $1`,
    [id],
  );
  return rows[0];
}

const untouched = { isDeleted: false, phone: '1', notes: 1 };
const erased = { isDeleted: true, phone: null, notes: 0 };

test('the module starts in an application without HTTP, such as a worker', async () => {
  const user = await aUser();
  expect(await clerkSync.findByClerkId(user.clerkId)).toMatchObject({ id: user.id });
});

test('erasers run in the transaction of the deletion and get the user before it', async () => {
  const user = await aUser();
  let during: unknown;
  second.mockImplementation(async () => {
    during = await stateOf(user);
  });

  expect(await clerkSync.delete(user.clerkId)).toBe('deleted');

  expect(second.mock.calls[0]?.[0]).toMatchObject({
    id: user.id,
    email: user.email,
    name: 'Ada',
  });
  expect(during, 'as others see it meanwhile').toEqual(untouched);
  expect(await stateOf(user)).toEqual(erased);
});

test('a failing eraser rolls the deletion back, and the next attempt succeeds', async () => {
  const user = await aUser();
  second.mockRejectedValueOnce(new TypeError('a bug'));

  await expect(clerkSync.delete(user.clerkId)).rejects.toBeInstanceOf(SyncUnavailableError);
  expect(await stateOf(user)).toEqual(untouched);

  expect(await clerkSync.delete(user.clerkId)).toBe('deleted');
  expect(await stateOf(user)).toEqual(erased);
});

test('a statement of an eraser that PostgreSQL refuses rolls the deletion back', async () => {
  const user = await aUser();
  second.mockImplementationOnce(async (_user, transaction) => {
    await transaction.execute('select 1 / 0');
  });

  await expect(clerkSync.delete(user.clerkId)).rejects.toBeInstanceOf(SyncUnavailableError);
  expect(await stateOf(user)).toEqual(untouched);
});

test('an eraser that swallows a rejected statement rolls the deletion back, and is named', async () => {
  const user = await aUser();
  const error = vi.spyOn(NestLog.prototype, 'error').mockReturnValue();
  second.mockImplementationOnce(async (_user, transaction) => {
    // The mistake under test: PostgreSQL has still aborted the transaction.
    await transaction.execute('select 1 / 0').catch(() => undefined);
  });

  await expect(clerkSync.delete(user.clerkId)).rejects.toBeInstanceOf(SyncUnavailableError);
  expect(error).toHaveBeenCalledWith(
    expect.stringContaining('OtherService.erase failed'),
    expect.anything(),
  );
  error.mockRestore();
  expect(await stateOf(user)).toEqual(untouched);
});

test('a nested transaction is rolled back with the deletion’s', async () => {
  const user = await aUser();
  second.mockImplementationOnce(async ({ id }, transaction) => {
    await transaction.transaction(async (inner) => {
      await inner.delete(notes).where(eq(notes.userId, id));
    });
    throw new Error('after the inner one');
  });

  await expect(clerkSync.delete(user.clerkId)).rejects.toBeInstanceOf(SyncUnavailableError);
  expect(await stateOf(user)).toEqual(untouched);
});

test('a serialisation failure in an eraser runs the whole deletion again', async () => {
  const user = await aUser();
  second.mockImplementationOnce(async (_user, transaction) => {
    await transaction.execute(`do $$ begin raise exception using errcode = '40001'; end $$`);
  });

  expect(await clerkSync.delete(user.clerkId)).toBe('deleted');
  expect(second).toHaveBeenCalledTimes(2);
  expect(await stateOf(user)).toEqual(erased);
});

test('an unknown user becomes a tombstone without erasure, and a tombstone is not erased again', async () => {
  expect(await clerkSync.delete('user_never_seen')).toBe('deleted');
  expect(await clerkSync.delete('user_never_seen')).toBe('ignored');
  expect(second).not.toHaveBeenCalled();
});

test('many concurrent deletions and syncs of a user erase it once', async () => {
  const user = await aUser();
  second.mockImplementation(async ({ id }, transaction) => {
    await transaction.execute(`create table if not exists erasures (id uuid)`);
    await transaction.execute(`insert into erasures values ('${id}')`);
  });
  const { clerkId } = user;
  const profile = { clerkId, email: null, name: 'Newer', imageUrl: null };

  const outcomes = await Promise.all(
    Array.from({ length: 20 }, async (_, at) =>
      at % 2 === 0
        ? clerkSync.delete(clerkId)
        : clerkSync.sync({ ...profile, version: { at, exact: true } }),
    ),
  );

  expect(outcomes.filter((outcome) => outcome === 'deleted')).toHaveLength(1);
  const { rowCount } = await pool.query('select from erasures where id = $1', [user.id]);
  expect(rowCount).toBe(1);
  expect(await stateOf(user)).toEqual(erased);
});

test('a deletion waits without a connection for a transaction that holds the row', async () => {
  const user = await aUser();
  const client = await pool.connect();
  await client.query('begin');
  await client.query('select from people where id = $1 for share', [user.id]);
  await client.query(`insert into notes values ($1, 'late')`, [user.id]);

  const deletion = clerkSync.delete(user.clerkId);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(second).not.toHaveBeenCalled();
  await client.query('commit');
  client.release();

  expect(await deletion).toBe('deleted');
  expect(await stateOf(user)).toEqual(erased);
});

test('an eraser that hangs ends the deletion, and what it writes later is lost', async () => {
  const user = await aUser();
  let late: Promise<unknown> = Promise.resolve();
  const erasers = new Erasers(
    () => [
      {
        name: 'Slow.erase',
        erase: (_user, transaction) =>
          new Promise((resolve) => {
            setTimeout(() => {
              late = transaction
                .delete(notes)
                .where(eq(notes.userId, user.id))
                .catch(() => 'failed');
              resolve(late);
            }, 1_000);
          }),
      },
    ],
    new NestLog(),
    300,
  );
  const repository = new DrizzleUserRepository(
    createDatabase(pool),
    new WriteAccess(pool, new NestLog(), new SystemClock()),
    { users, toUser: (row) => row },
    new SystemClock(),
    erasers,
  );

  await expect(repository.markDeleted(user.clerkId)).rejects.toBeInstanceOf(SyncUnavailableError);
  await new Promise((resolve) => setTimeout(resolve, 1_000));

  expect(await late).toBe('failed');
  expect(await stateOf(user)).toEqual(untouched);
});

test('a request-scoped eraser stops the startup', async () => {
  @Injectable({ scope: Scope.REQUEST })
  class ScopedService {
    @EraseUserData()
    erase(): void {
      return undefined;
    }
  }
  await expect(start([ScopedService])).rejects.toThrow(
    'ScopedService is request-scoped, but erase() runs outside of requests.',
  );
});
