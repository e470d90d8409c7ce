import {
  type EmbeddedPostgres,
  openPool,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import { pgSchema, pgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SystemClock } from '../src/core/clock.js';
import { clerkSyncSql, clerkUserColumns, clerkUserConstraints } from '../src/index.js';
import type { ClerkUserTable } from '../src/index.js';
import { createDatabase } from '../src/infrastructure/postgres/database.js';
import { DrizzleUserRepository, WriteAccess } from '../src/internal.js';
import { NestLog } from '../src/nest-log.js';
import { createUserTable } from './support/create-user-table.js';

let postgres: EmbeddedPostgres;
beforeAll(async () => {
  postgres = await startTemporaryPostgres();
});
afterAll(() => postgres.remove());

const names = [
  // Names that the module's statements use.
  ...['incoming', 'compared', 'existing', 'free', 'written', 'synced', 'deleted', 'expired'],
  ...['source', 'stored', 'excluded', 'listed', 'advanced', 'fields', 'events'],
  // Names that need quotes.
  ...['user', 'User', 'app users', 'a"b', "it's"],
];

test.each([
  ...names.map((name) => pgTable(name, clerkUserColumns(), clerkUserConstraints)),
  pgSchema('crm').table('people', clerkUserColumns(), clerkUserConstraints),
  pgSchema('My schema').table('users', clerkUserColumns(), clerkUserConstraints),
])('users live in a table of any name, %#', async (users) => {
  await expectRoundTrip(users);
});

/** Creates the table, then creates, changes, deletes and restores a user. */
async function expectRoundTrip(users: ClerkUserTable): Promise<void> {
  const database = `names_${Math.random().toString(36).slice(2)}`;
  const pool = openPool(await postgres.createDatabase(database), 1);
  const writes = new WriteAccess(pool, new NestLog(), new SystemClock());
  try {
    const sql = clerkSyncSql(users);
    const table = /ALTER TABLE (.*?) ADD COLUMN/.exec(sql)?.[1] ?? '';
    await pool.query('create schema crm; create schema "My schema"');
    await pool.query(createUserTable(table));
    await pool.query(sql);
    await pool.query(sql);
    const repository = new DrizzleUserRepository(createDatabase(pool), writes, {
      users,
      toUser: (row) => row,
    });
    const profile = { clerkId: 'user_1', email: 'ada@people.example', name: 'Ada', imageUrl: null };
    const version = (at: number): { at: number; exact: true } => ({ at, exact: true });

    const outcomes = [
      (await repository.sync({ ...profile, version: version(1) })).outcome,
      (await repository.sync({ ...profile, name: 'Grace', version: version(2) })).outcome,
      (await repository.sync({ ...profile, version: version(1) })).outcome,
      await repository.markDeleted('user_1'),
      await repository.markDeleted('user_1'),
      await repository.restore({ ...profile, version: version(3) }),
    ];

    expect(outcomes).toEqual(['created', 'updated', 'stale', 'deleted', 'ignored', true]);
    const { rows } = await pool.query<{ type: string }>('select type from user_events order by id');
    expect(rows.map(({ type }) => type)).toEqual(['created', 'updated', 'deleted', 'created']);
  } finally {
    writes.stop();
    await pool.end();
  }
}
