import { pgSchema, pgTable } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { clerkSyncSql, clerkUserColumns, clerkUserConstraints } from '../src/index.js';
import { assertTriggers, triggersQuery } from '../src/infrastructure/postgres/watched-triggers.js';
import { createUserTable } from './support/create-user-table.js';
import { withRepositories } from './support/repositories.js';

const { create, open, repositoryOn } = withRepositories();

const names = [
  // Names that the module's statements use.
  ...['incoming', 'compared', 'existing', 'free', 'written', 'synced', 'deleted', 'expired'],
  ...['source', 'stored', 'excluded', 'listed', 'advanced', 'fields', 'events'],
  // Names that need quotes.
  ...['user', 'User', 'app users', 'a"b', "it's"],
  // The longest name: PostgreSQL cuts those of triggers and functions.
  'é'.repeat(27),
];

test.each([
  ...names.map((name) => pgTable(name, clerkUserColumns(), clerkUserConstraints)),
  pgSchema('crm').table('people', clerkUserColumns(), clerkUserConstraints),
  pgSchema('My schema').table('users', clerkUserColumns(), clerkUserConstraints),
])('users live in a table of any name, %#', async (users) => {
  const sql = clerkSyncSql(users);
  const table = /ALTER TABLE (.*?) ADD COLUMN/.exec(sql)?.[1] ?? '';
  const schemas = 'create schema crm; create schema "My schema"';
  // The module's SQL is idempotent.
  const pool = open(await create(schemas, createUserTable(table), sql, sql));
  const repository = repositoryOn(pool, users, (row) => row);
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
  assertTriggers((await pool.query(await triggersQuery(pool, users))).rows, users);
  const { rowCount } = await pool.query('select distinct tgfoid from pg_trigger');
  expect(rowCount, 'functions').toBe(3);
  const { rows } = await pool.query<{ type: string }>('select type from user_events order by id');
  expect(rows.map(({ type }) => type)).toEqual(['created', 'updated', 'deleted', 'created']);
});

test('users live in a table that is partitioned by their Clerk id', async () => {
  const users = pgTable('people', clerkUserColumns(), clerkUserConstraints);
  const partitioned = `
    create table people (like template including defaults, primary key (id, clerk_id), unique (clerk_id))
      partition by hash (clerk_id);
    create table people_0 partition of people for values with (modulus 2, remainder 0);
    create table people_1 partition of people for values with (modulus 2, remainder 1)`;
  const template = createUserTable('template').replace('uuid primary key', 'uuid');
  const pool = open(await create(template, partitioned, clerkSyncSql(users)));
  const repository = repositoryOn(pool, users, (row) => row);
  const profile = { email: 'ada@people.example', name: 'Ada', imageUrl: null };
  const syncs = Array.from({ length: 10 }, (_, at) =>
    repository.sync({ ...profile, clerkId: `user_${at}`, version: { at: 1, exact: true } }),
  );
  for (const { outcome } of await Promise.all(syncs)) expect(outcome).toBe('created');
  expect(await repository.markDeleted('user_1')).toBe('deleted');
  assertTriggers((await pool.query(await triggersQuery(pool, users))).rows, users);
  expect((await pool.query('select from people_0')).rowCount).not.toBe(10);
  expect((await pool.query('select from user_events')).rowCount).toBe(11);
});

test('triggers that a restore has enabled in the usual way are named with the SQL that repairs them', async () => {
  const users = pgTable('app users', clerkUserColumns(), clerkUserConstraints);
  const pool = open(await create(createUserTable('"app users"'), clerkSyncSql(users)));
  const query = await triggersQuery(pool, users);
  await pool.query(
    'alter table "app users" disable trigger all; alter table "app users" enable trigger all',
  );
  const check = async (): Promise<void> => {
    assertTriggers((await pool.query(query)).rows, users);
  };
  const problem: unknown = await check().catch((error: unknown) => error);
  expect(String(problem)).toContain('not always enabled');
  await pool.query(/Run: (.*)$/.exec(String(problem))?.[1] ?? '');
  await check();
  await pool.query('drop trigger "app users_changed" on "app users"');
  await expect(check()).rejects.toThrow('missing: apply the migrations');
});

test.each([
  'app_users',
  // PostgreSQL cuts the names of its functions, and of the longest also a trigger's.
  'u'.repeat(50),
  'é'.repeat(27),
])(
  'the table %s has one event for each change after it is renamed and the SQL runs again',
  async (former) => {
    const before = pgTable(former, clerkUserColumns(), clerkUserConstraints);
    const after = pgTable('members', clerkUserColumns(), clerkUserConstraints);
    const pool = open(
      await create(
        createUserTable(former),
        clerkSyncSql(before),
        // Triggers of the application, which stay.
        `create function own() returns trigger language plpgsql as 'begin return null; end';
       create trigger own after update on ${former} for each row execute function own();
       create trigger own_changed after update on ${former} for each row execute function own();
       create trigger own_recorded after update on ${former} for each row execute function own();
       alter table ${former} rename to members`,
        clerkSyncSql(after),
      ),
    );
    await repositoryOn(pool, after, (row) => row).markDeleted('user_1');
    const { rows: events } = await pool.query('select type from user_events');
    expect(events).toEqual([{ type: 'deleted' }]);
    const { rows: triggers } = await pool.query(
      `select tgname as name from pg_trigger where tgrelid = 'members'::regclass order by tgname`,
    );
    expect(triggers).toEqual(
      [
        'members_changed',
        'members_recorded',
        'members_truncated',
        'own',
        'own_changed',
        'own_recorded',
      ].map((name) => ({ name })),
    );
  },
);
