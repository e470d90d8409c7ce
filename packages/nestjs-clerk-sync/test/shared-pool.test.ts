import { pgTable } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Profile } from '../src/core/profile.js';
import {
  clerkSyncSql,
  clerkUserColumns,
  clerkUserConstraints,
  type ClerkUserRow,
} from '../src/index.js';
import { listenForErrors } from '../src/infrastructure/postgres/pool-errors.js';
import type { DrizzleUserRepository } from '../src/internal.js';
import { NestLog } from '../src/nest-log.js';
import { createUserTable } from './support/create-user-table.js';
import { withRepositories } from './support/repositories.js';

const staff = pgTable('staff', clerkUserColumns(), clerkUserConstraints);
const guests = pgTable('guests', clerkUserColumns(), clerkUserConstraints);
type Table = typeof staff | typeof guests;

const { create, open, repositoryOn } = withRepositories();
let pool: pg.Pool;
beforeEach(async () => {
  const tables = `${createUserTable('staff')} ${createUserTable('guests')}`;
  // A single connection, so that all statements share its prepared statements.
  pool = open(await create(tables, clerkSyncSql(staff), clerkSyncSql(guests)));
});

const profile: Profile = {
  clerkId: 'user_1',
  email: null,
  name: 'Ada',
  imageUrl: null,
  version: { at: 1, exact: true },
};

test('two tables of users share a pool', async () => {
  const [one, other] = [staff, guests].map((users) =>
    repositoryOn(pool, users, (row: ClerkUserRow<Table>) => row),
  );
  for (const repository of [one, other, one, other]) {
    expect(await repository?.sync(profile)).toMatchObject({ user: { name: 'Ada' } });
    expect(await repository?.findByClerkId('user_1')).toMatchObject({ state: 'live' });
  }
  expect(await one?.markDeleted('user_1')).toBe('deleted');
  expect(await other?.findByClerkId('user_1')).toMatchObject({ state: 'live' });
  expect(await other?.markDeleted('user_1')).toBe('deleted');
});

test('a pooler without prepared statements costs no connection per statement', async () => {
  pool.on('acquire', (client) => void client.query('deallocate all'));
  let connections = 0;
  pool.on('connect', () => (connections += 1));
  const repository = repositoryOn(pool, staff, (row) => row);
  for (let at = 1; at <= 5; at += 1) {
    const changed = { ...profile, name: `Ada ${at}`, version: { at, exact: true } };
    expect(await repository.sync(changed)).toMatchObject({ user: { name: `Ada ${at}` } });
    expect(await repository.sync(changed, 'token')).toMatchObject({ outcome: 'unchanged' });
    expect(await repository.findByClerkId('user_1')).toMatchObject({ state: 'live' });
  }
  // The first one, and one after the first statement that was not found.
  expect(connections).toBeLessThanOrEqual(2);
});

describe('a toUser that throws', () => {
  const repository = (): DrizzleUserRepository<Table, never> =>
    repositoryOn<Table, never>(pool, staff, () => {
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

test('a toUser that returns a promise is a programming error, whose rejection ends no process', async () => {
  const repository = repositoryOn(pool, staff, () => Promise.reject(new Error('no roles')));
  await expect(repository.sync(profile)).rejects.toThrow('returned a promise');
  await expect(repository.findByClerkId('user_1')).rejects.toThrow(TypeError);
});

test('applications that are created again with the same pool add no listeners', () => {
  const log = new NestLog();
  listenForErrors(pool, log);
  const before = pool.eventNames().map((name) => pool.listenerCount(name));
  for (let restart = 0; restart < 20; restart += 1) listenForErrors(pool, log);
  expect(pool.eventNames().map((name) => pool.listenerCount(name))).toEqual(before);
});
