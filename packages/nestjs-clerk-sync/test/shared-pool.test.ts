import {
  type EmbeddedPostgres,
  openPool,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import { pgTable } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SystemClock } from '../src/core/clock.js';
import type { Profile } from '../src/core/profile.js';
import type { ClerkUserRow } from '../src/index.js';
import { clerkUserColumns, clerkUserConstraints } from '../src/index.js';
import { clerkSyncSql } from '../src/index.js';
import { createDatabase } from '../src/infrastructure/postgres/database.js';
import { listenForErrors } from '../src/infrastructure/postgres/pool-errors.js';
import { DrizzleUserRepository, WriteAccess } from '../src/internal.js';
import { NestLog } from '../src/nest-log.js';
import { createUserTable } from './support/create-user-table.js';

const staff = pgTable('staff', clerkUserColumns(), clerkUserConstraints);
const guests = pgTable('guests', clerkUserColumns(), clerkUserConstraints);
type Table = typeof staff | typeof guests;

let postgres: EmbeddedPostgres;
let pool: pg.Pool;
let writes: WriteAccess;
let created = 0;
beforeAll(async () => {
  postgres = await startTemporaryPostgres();
});
afterAll(() => postgres.remove());
beforeEach(async () => {
  created += 1;
  // A single connection, so that all statements share its prepared statements.
  const connectionString = await postgres.createDatabase(`shared_${created}`);
  pool = openPool(connectionString, 1);
  writes = new WriteAccess(pool, new NestLog(), new SystemClock());
  await pool.query(`${createUserTable('staff')} ${createUserTable('guests')}`);
  await pool.query(clerkSyncSql(staff));
  await pool.query(clerkSyncSql(guests));
});
afterEach(async () => {
  writes.stop();
  await pool.end();
});

const profile: Profile = {
  clerkId: 'user_1',
  email: null,
  name: 'Ada',
  imageUrl: null,
  version: { at: 1, exact: true },
};

function repositoryOf<Entity>(
  users: Table,
  toUser: (row: ClerkUserRow<Table>) => Entity,
): DrizzleUserRepository<Table, Entity> {
  return new DrizzleUserRepository(createDatabase(pool), writes, { users, toUser });
}

test('two tables of users share a pool', async () => {
  const [one, other] = [staff, guests].map((users) => repositoryOf(users, (row) => row));
  for (const repository of [one, other, one, other]) {
    expect(await repository?.sync(profile)).toMatchObject({ user: { name: 'Ada' } });
    expect(await repository?.findByClerkId('user_1')).toMatchObject({ state: 'live' });
  }
  expect(await one?.markDeleted('user_1')).toBe('deleted');
  expect(await other?.findByClerkId('user_1')).toMatchObject({ state: 'live' });
  expect(await other?.markDeleted('user_1')).toBe('deleted');
});

describe('a toUser that throws', () => {
  const repository = (): DrizzleUserRepository<Table, never> =>
    repositoryOf(staff, () => {
      throw new Error('no plan');
    });

  test('is a programming error, not an outage', async () => {
    await expect(repository().sync(profile)).rejects.toThrow(TypeError);
    await expect(repository().findByClerkId('user_1')).rejects.toThrow('toUser');
  });

  test('names its own error as the cause', async () => {
    await expect(repository().sync(profile)).rejects.toMatchObject({
      cause: { message: 'no plan' },
    });
  });
});

test('applications that are created again with the same pool add no listeners', () => {
  const log = new NestLog();
  listenForErrors(pool, log);
  const before = pool.eventNames().map((name) => pool.listenerCount(name));
  for (let restart = 0; restart < 20; restart += 1) listenForErrors(pool, log);
  expect(pool.eventNames().map((name) => pool.listenerCount(name))).toEqual(before);
});
