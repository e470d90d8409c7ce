import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import {
  type EmbeddedPostgres,
  openPool,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import { pgTable, text } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  ClerkSync,
  clerkSyncSql,
  clerkUserColumns,
  clerkUserConstraints,
  OnUserEvent,
} from '../../src/index.js';
import { startTestClerk, type TestClerk } from '../../src/testing/index.js';
import { createUserTable } from '../support/create-user-table.js';
import { startApplication } from '../support/start-application.js';

const users = pgTable(
  'app_users',
  { ...clerkUserColumns(), plan: text('plan').notNull().default('free') },
  clerkUserConstraints,
);

/** The SQL of earlier versions of `clerkSyncSql`, as in applications' migrations. */
const versions = ['before-handlers', 'before-impersonation', 'before-faster-sign-ups'];

let postgres: EmbeddedPostgres;
let clerk: TestClerk;
let pool: pg.Pool;

beforeAll(async () => {
  [postgres, clerk] = await Promise.all([startTemporaryPostgres(), startTestClerk()]);
});
afterEach(() => pool.end());
afterAll(() => Promise.all([postgres.remove(), clerk.close()]));

describe.each(versions)('the SQL of the version %s', (version) => {
  test('is upgraded to the same schema as a new installation', async () => {
    const fresh = await schemaAfter(`fresh_${version}`, [clerkSyncSql(users)]);
    await pool.end();
    const upgraded = await schemaAfter(`upgraded_${version}`, [
      sqlOf(version),
      clerkSyncSql(users),
    ]);
    expect(upgraded).toEqual(fresh);
    await pool.query(clerkSyncSql(users));
    expect(await readSchema()).toEqual(fresh);
  });

  test('keeps users, journal and ended sessions, and a process of that version still writes', async () => {
    await schemaAfter(`kept_${version}`, [sqlOf(version)]);
    await pool.query(
      `insert into app_users (id, clerk_id, email, profile_version, plan)
         values (gen_random_uuid(), 'user_1', 'a@people.example', 1, 'paid');
       update app_users set email = 'b@people.example', profile_version = 2;
       insert into ended_sessions (clerk_id, session_id) values ('user_1', 'sess_1')`,
    );
    const before = await readRows();

    await pool.query(clerkSyncSql(users));
    expect(await readRows()).toEqual(before);

    // An older process names only the source of a change, and lacks later features.
    const older = await pool.connect();
    try {
      await older.query(
        `begin; set local clerk_sync.source = 'webhook';
         update app_users set email = 'c@people.example', profile_version = 3; commit`,
      );
    } finally {
      older.release(true);
    }
    const { rows } = await pool.query<{ type: string; source: string; actor: string | null }>(
      'select type, source, actor from user_events order by id',
    );
    expect(rows).toEqual([
      { type: 'created', source: 'sql', actor: null },
      { type: 'updated', source: 'sql', actor: null },
      { type: 'updated', source: 'webhook', actor: null },
    ]);
  });

  test('works with the module: it syncs, and a new handler gets earlier events', async () => {
    await schemaAfter(`served_${version}`, [sqlOf(version)]);
    await pool.query(
      `insert into app_users (id, clerk_id, email, profile_version)
         values (gen_random_uuid(), 'user_1', 'a@people.example', 1)`,
    );
    await pool.query(clerkSyncSql(users));
    const seen: string[] = [];

    @Injectable()
    class Handlers {
      @OnUserEvent('created', { name: 'count', from: 'beginning' })
      count({ type }: { type: string }): void {
        seen.push(type);
      }
    }
    const options = { ...clerk.options, database: { pool, users } };
    const application = await startApplication(options, [Handlers]);
    try {
      const clerkSync = application.get<ClerkSync<typeof users.$inferSelect>>(ClerkSync);
      expect(await clerkSync.findByClerkId('user_1')).toMatchObject({ email: 'a@people.example' });
      await vi.waitFor(() => {
        expect(seen).toEqual(['created']);
      }, 60_000);
    } finally {
      await application.close();
    }
  });
});

const ownPlan = "plan text not null default 'free'";

test.each([
  'id uuid primary key, type text',
  'id bigint primary key, user_id uuid, type text, payload jsonb, occurred_at timestamptz',
])('refuses the application’s own table user_events (%s)', async (columns) => {
  pool = openPool(await postgres.createDatabase(`foreign_table_${columns.length}`));
  await pool.query(createUserTable('app_users', ownPlan));
  await pool.query(`create table user_events (${columns})`);
  await pool.query('create index user_events_own on user_events (id)');
  const before = await readSchema();
  await expect(pool.query(clerkSyncSql(users))).rejects.toThrow(
    'needs a table named user_events, but the application has another table of this name',
  );
  expect(await readSchema()).toEqual(before);
});

test('ignores a table of the same name in another schema of the search_path', async () => {
  pool = openPool(await postgres.createDatabase('foreign_schema'), 1);
  await pool.query('create table public.user_events (id uuid primary key); create schema app');
  await pool.query('set search_path = app, public');
  await pool.query(createUserTable('app_users', ownPlan));
  await pool.query(clerkSyncSql(users));
  const { rows } = await pool.query("select to_regclass('app.user_events') is not null as exists");
  expect(rows).toEqual([{ exists: true }]);
});

function sqlOf(version: string): string {
  return readFileSync(new URL(`fixtures/${version}.sql`, import.meta.url), 'utf8');
}

/** Runs the statements on a new database with the table of the first migration. */
async function schemaAfter(database: string, statements: readonly string[]): Promise<unknown> {
  pool = openPool(await postgres.createDatabase(database));
  await pool.query(createUserTable('app_users', "plan text not null default 'free'"));
  for (const sql of statements) await pool.query(sql);
  return readSchema();
}

/** Everything that the SQL creates: columns, indexes, constraints, functions and triggers. */
async function readSchema(): Promise<unknown> {
  const { rows } = await pool.query<{ part: string }>(`
    select format('column %s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) as part
      from information_schema.columns where table_schema = 'public'
    union all select indexdef from pg_indexes where schemaname = 'public'
    union all select format('constraint %s %s', conname, pg_get_constraintdef(oid))
      from pg_constraint where connamespace = 'public'::regnamespace
    union all select pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
    union all select format('%s %s', pg_get_triggerdef(oid), tgenabled) from pg_trigger where not tgisinternal
    order by 1`);
  return rows.map(({ part }) => part);
}

async function readRows(): Promise<unknown> {
  const read = async (table: string): Promise<unknown> => {
    const { rows } = await pool.query(`select * from ${table} order by 1`);
    return rows.map((row: Record<string, unknown>) => {
      const { actor: _, ...others } = row;
      return others;
    });
  };
  return {
    users: await read('app_users'),
    events: await read('user_events'),
    sessions: await read('ended_sessions'),
  };
}
