import { date, integer, jsonb, numeric, pgTable, timestamp } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { clerkSyncSql, clerkUserColumns } from '../../../src/index.js';
import { createDatabase } from '../../../src/infrastructure/postgres/database.js';
import { createUserTable } from '../../support/create-user-table.js';
import { withRepositories } from '../../support/repositories.js';

const { create, open, repositoryOn } = withRepositories();

const odd = 'a"b\\c\n{d},é👍';
const profile = {
  clerkId: 'user_packed',
  email: 'ada@people.example',
  name: odd,
  imageUrl: null,
  version: { at: 1_750_000_000_000, exact: true },
};

const plain = pgTable('plain_users', clerkUserColumns());

const extended = pgTable('extended_users', {
  born: date('born').notNull().default('1815-12-10'),
  ...clerkUserColumns(),
  balance: numeric('balance').notNull().default('12345678901234567890.5'),
  visits: integer('visits').notNull().default(3),
  settings: jsonb('settings').notNull().default('{"theme":"dark"}'),
  trialEnd: timestamp('trial_end', { mode: 'string' }).notNull().default('2030-01-02 03:04:05'),
});

const extension = [
  `born date not null default '1815-12-10'`,
  'balance numeric not null default 12345678901234567890.5',
  'visits integer not null default 3',
  `settings jsonb not null default '{"theme":"dark"}'`,
  `trial_end timestamp not null default '2030-01-02 03:04:05'`,
];

test.each([
  ['a table without other columns', 'plain_users', plain, [], {}],
  [
    'columns of other types beside the module’s',
    'extended_users',
    extended,
    extension,
    {
      born: '1815-12-10',
      balance: '12345678901234567890.5',
      visits: 3,
      settings: { theme: 'dark' },
      trialEnd: '2030-01-02 03:04:05',
    },
  ],
])('reads a row as Drizzle does: %s', async (_what, name, users, columns, others) => {
  const pool = open(await create(createUserTable(name, ...columns), clerkSyncSql(users)));
  const repository = repositoryOn(pool, users, (row) => row);

  const created = await repository.sync(profile, 'token');
  const found = await repository.sync(profile, 'token');
  const stored = await repository.findByClerkId(profile.clerkId);

  const [selected] = await createDatabase(pool).select().from(users);
  expect(selected).toMatchObject({ name: odd, imageUrl: null, profileVersion: 1_750_000_000_000 });
  expect(selected).toMatchObject(others);
  expect(created).toEqual({ outcome: 'created', user: selected, version: 1_750_000_000_000 });
  expect(found).toEqual({ ...created, outcome: 'unchanged' });
  expect(stored).toEqual({ state: 'live', user: selected, version: 1_750_000_000_000 });
  // The members also have Drizzle's order.
  expect(JSON.stringify(created)).toContain(JSON.stringify(selected));
});

test('reads times of the application in any DateStyle', async () => {
  const trials = pgTable('trial_users', {
    ...clerkUserColumns(),
    trialEnd: timestamp('trial_end', { withTimezone: true }),
  });
  const column = "trial_end timestamptz default '2030-03-05T00:00Z'";
  const table = createUserTable('trial_users', column);
  const url = new URL(await create(table, clerkSyncSql(trials)));
  url.searchParams.set('options', '-c DateStyle=SQL,DMY');
  const repository = repositoryOn(open(url.href), trials, (row) => row);

  const created = await repository.sync(profile, 'token');
  const stored = await repository.findByClerkId(profile.clerkId);

  const trialEnd = new Date('2030-03-05T00:00:00Z');
  expect(created).toMatchObject({ user: { trialEnd } });
  expect(stored).toMatchObject({ user: { trialEnd } });
});
