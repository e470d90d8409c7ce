import { Injectable } from '@nestjs/common';
import {
  type EmbeddedPostgres,
  openPool,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import { until } from '@populatte/process-kit';
import { pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  clerkSyncSql,
  clerkUserColumns,
  clerkUserConstraints,
  OnUserEvent,
  type RecordedUserEvent,
  type Transaction,
} from '../src/index.js';
import { startTestClerk, type TestClerk } from '../src/testing/index.js';
import { createUserTable } from './support/create-user-table.js';
import { startApplication } from './support/start-application.js';

const users = pgTable('people', clerkUserColumns(), clerkUserConstraints);
const effects = pgTable('effects', {
  userId: uuid('user_id').notNull(),
  event: text('event').notNull(),
});

const createTables = `
  ${createUserTable('people')}
  create table effects (user_id uuid not null, event text not null)`;

let servers: EmbeddedPostgres[];
let clerk: TestClerk;
const pools: pg.Pool[] = [];

beforeAll(async () => {
  servers = await Promise.all([startTemporaryPostgres(), startTemporaryPostgres()]);
  clerk = await startTestClerk();
});
afterAll(async () => {
  for (const pool of pools) await pool.end();
  await Promise.all([...servers.map((server) => server.remove()), clerk.close()]);
});

/** @returns a pool of a migrated database on a server */
async function migrated(server: EmbeddedPostgres | undefined): Promise<pg.Pool> {
  if (server === undefined) throw new Error('There are two servers.');
  const pool = openPool(await server.createDatabase('restored'), 5);
  pools.push(pool);
  await pool.query(createTables);
  await pool.query(clerkSyncSql(users));
  return pool;
}

/** Copies all rows and the positions of sequences, without triggers, as `pg_restore` does. */
async function restore(from: pg.Pool, to: pg.Pool): Promise<void> {
  const { rows: tables } = await from.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
  );
  const { rows: sequences } = await from.query<{ name: string; at: string | null }>(
    `select quote_ident(sequencename) as name, last_value::text as at
     from pg_sequences where schemaname = 'public'`,
  );
  const client = await to.connect();
  try {
    await client.query('set session_replication_role = replica');
    for (const { name } of tables) {
      const { rows } = await from.query<{ rows: string }>(
        `select coalesce(json_agg(t), '[]')::text as rows from ${name} as t`,
      );
      await client.query(`delete from ${name}`);
      await client.query(
        `insert into ${name} overriding system value
         select * from json_populate_recordset(null::${name}, $1::json)`,
        [rows[0]?.rows],
      );
    }
    for (const { name, at } of sequences) {
      if (at !== null) await client.query('select setval($1::regclass, $2::bigint)', [name, at]);
    }
  } finally {
    client.release(true);
  }
}

/** While true, the handler fails for one user. */
let isBroken = true;

@Injectable()
class Recorder {
  @OnUserEvent('created', { name: 'recorder' })
  async record({ userId, type }: RecordedUserEvent, transaction: Transaction): Promise<void> {
    await transaction.insert(effects).values({ userId, event: type });
    const { rows } = await transaction.execute(
      `select from people where id = '${userId}' and name = 'Unlucky'`,
    );
    if (rows.length > 0 && isBroken) throw new Error('The handler is broken for this user.');
  }
}

/** Runs an application with the handler while work is done. */
async function whileHandling(pool: pg.Pool, work: () => Promise<unknown>): Promise<void> {
  const options = { ...clerk.options, database: { pool, users } };
  const application = await startApplication(options, [Recorder]);
  try {
    await work();
  } finally {
    await application.close();
  }
}

async function insertUsers(pool: pg.Pool, prefix: string, names: readonly string[]): Promise<void> {
  await pool.query(
    `insert into people (id, clerk_id, name, profile_version)
     select gen_random_uuid(), $1 || n, name, 1 from unnest($2::text[]) with ordinality as u (name, n)`,
    [prefix, names],
  );
}

async function count(pool: pg.Pool, of: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(`select count(*)::int as count from ${of}`);
  return rows[0]?.count ?? 0;
}

test('after a dump is restored on another server, each effect before, during and after it happens once', async () => {
  const [before, after] = await Promise.all(servers.map(migrated));
  if (before === undefined || after === undefined) throw new Error('There are two servers.');
  await whileHandling(before, async () => {
    await until(
      'the handler is known',
      async () => (await count(before, 'user_event_handlers')) === 1,
    );
    await insertUsers(before, 'user_before', ['Ada', 'Unlucky', 'Grace']);
    await until('two are handled', async () => (await count(before, 'effects')) === 2);
  });
  // No process handles these: they are in the dump as deliveries.
  await insertUsers(before, 'user_between', ['Ada', 'Grace', 'Joan']);
  expect(await count(before, 'user_event_deliveries')).toBe(4);

  await restore(before, after);
  isBroken = false;
  await whileHandling(after, async () => {
    await insertUsers(after, 'user_after', ['Ada']);
    await until(
      'every event is handled',
      async () => (await count(after, 'user_event_deliveries')) === 0,
    );
  });
  const { rows } = await after.query<{ clerk_id: string; effects: number }>(
    `select clerk_id, count(user_id)::int as effects from people left join effects on user_id = id
     group by clerk_id order by clerk_id`,
  );
  expect(rows.map(({ effects: each }) => each)).toEqual(Array.from({ length: 7 }, () => 1));
  expect(await count(after, 'user_events')).toBe(7);
});
