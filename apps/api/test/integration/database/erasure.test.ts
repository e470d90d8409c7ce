import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

/** Tables that refer to users and keep their rows when a user is deleted, with the reason, as `table.column`. */
const kept: Readonly<Record<string, string>> = {};

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** @returns every column that refers to `users.id`, as `table.column` */
async function references(): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `select format('%s.%s', conrelid::regclass, attname) as name
     from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
     where contype = 'f' and confrelid = 'users'::regclass
     order by name`,
  );
  return rows.map(({ name }) => name);
}

/** @returns every column whose rows a trigger erases with a user, as `table.column` */
async function erased(): Promise<string[]> {
  const rows = await database.query<{ arguments: Buffer }>(
    `select tgargs as arguments from pg_trigger
     where tgrelid = 'users'::regclass and tgfoid = 'erase_user_rows'::regproc and tgenabled <> 'D'`,
  );
  // Arguments end with a NUL each.
  return rows.map((row) => row.arguments.toString('utf8').split('\0').slice(0, 2).join('.'));
}

test('every table that refers to a user is erased with the user, or kept for a reason', async () => {
  const triggers = await erased();
  const forgotten = (await references()).filter(
    (column) => !triggers.includes(column) && !Object.hasOwn(kept, column),
  );
  expect(forgotten).toEqual([]);
  expect(triggers).toContain('user_preferences.user_id');
});

test('a table without erasure is found', async () => {
  await database.query('create table forgotten (user_id uuid references users)');
  expect(await references()).toContain('forgotten.user_id');
  expect(await erased()).not.toContain('forgotten.user_id');
});
