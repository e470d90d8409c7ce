import { customType, pgTable, timestamp } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { describe, expect, test } from 'vitest';
import type { Profile } from '../src/core/profile.js';
import { clerkSyncSql, type ClerkUserTable, clerkUserColumns } from '../src/index.js';
import { createDatabase } from '../src/infrastructure/postgres/database.js';
import type { DrizzleUserRepository } from '../src/internal.js';
import { createUserTable } from './support/create-user-table.js';
import { withRepositories } from './support/repositories.js';

const { create, open: openPool, repositoryOn } = withRepositories();

const citext = customType<{ data: string }>({ dataType: () => 'citext' });
const plain = pgTable('app_users', clerkUserColumns());

/** Runs SQL before and after the table is created, and opens the repository on it. */
async function open(
  before: string,
  after: string,
  users: ClerkUserTable = plain,
): Promise<{ pool: pg.Pool; repository: DrizzleUserRepository<ClerkUserTable, unknown> }> {
  const table = `${before}; ${createUserTable('app_users')} ${after}`;
  const pool = openPool(await create(table, clerkSyncSql(users)));
  return { pool, repository: repositoryOn(pool, users, (row: unknown) => row) };
}

/** A profile with this email. @param at its version */
function aProfile(email: string, at: number, exact: boolean): Profile {
  return { clerkId: 'user_1', email, name: null, imageUrl: null, version: { at, exact } };
}

const ignoringCase: readonly (readonly [string, string, string, ClerkUserTable])[] = [
  [
    'citext',
    'create extension citext',
    'alter table app_users alter email type citext',
    pgTable('app_users', { ...clerkUserColumns(), email: citext('email') }),
  ],
  [
    'a collation',
    "create collation no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
    'alter table app_users alter email type text collate no_case',
    plain,
  ],
];

describe.each(ignoringCase)('a column that ignores case, by %s', (_how, before, after, users) => {
  test.each(['token', 'webhook'] as const)('stores a change of case from a %s', async (source) => {
    const { pool, repository } = await open(before, after, users);
    await repository.sync(aProfile('Ada@people.example', 1, false), source);
    for (const exact of [false, true]) {
      const email = exact ? 'ADA@people.example' : 'ada@people.example';
      expect(await repository.sync(aProfile(email, exact ? 3 : 2, exact), source)).toMatchObject({
        outcome: 'updated',
        user: { email },
      });
    }
    const { rows } = await pool.query('select type, changed from user_events order by id');
    const updated = { type: 'updated', changed: ['email'] };
    expect(rows).toEqual([{ type: 'created', changed: [] }, updated, updated]);
  });
});

/** A trigger that stores every email in lower case, as many applications have one. */
const lowerCase = `
  create function lower_email() returns trigger language plpgsql as
  $$ begin new.email := lower(new.email); return new; end $$;
  create trigger lower_email before insert or update on app_users
    for each row execute function lower_email()`;

describe('a trigger of the application that changes what is stored', () => {
  test.each(['token', 'webhook'] as const)('delays no later profile from a %s', async (source) => {
    const { repository } = await open('select', lowerCase);
    await repository.sync(aProfile('Ada@people.example', 1, false), source);

    const inexact = await repository.sync(aProfile('Ada@people.example', 2, false), source);
    expect(inexact).toMatchObject({ outcome: 'unchanged', user: { email: 'ada@people.example' } });
    const changed = await repository.sync(aProfile('Eve@people.example', 3, false), source);
    expect(changed).toMatchObject({ outcome: 'updated', user: { email: 'eve@people.example' } });
    const exact = await repository.sync(aProfile('Eve@people.example', 4, true), source);
    expect(exact).toMatchObject({ version: 4, user: { email: 'eve@people.example' } });
  });
});

test('reads an infinite time of the application as Drizzle does', async () => {
  const users = pgTable('app_users', {
    ...clerkUserColumns(),
    trialEnd: timestamp('trial_end', { withTimezone: true }),
    since: timestamp('since'),
  });
  const columns = `trial_end timestamptz default 'infinity', add since timestamp default '-infinity'`;
  const { pool, repository } = await open('select', `alter table app_users add ${columns}`, users);
  const invalid = { user: { trialEnd: new Date(Number.NaN), since: new Date(Number.NaN) } };
  expect(await repository.sync(aProfile('a', 1, true), 'token')).toMatchObject(invalid);
  expect(await repository.sync(aProfile('b', 2, true), 'token')).toMatchObject(invalid);
  const { trialEnd } = invalid.user;
  expect(await createDatabase(pool).select().from(users)).toMatchObject([{ trialEnd }]);
});
