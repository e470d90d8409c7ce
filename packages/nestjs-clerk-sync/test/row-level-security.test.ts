import { until } from '@populatte/process-kit';
import { pgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { SyncUnavailableError } from '../src/core/errors.js';
import type { Profile } from '../src/core/profile.js';
import { clerkSyncSql, clerkUserColumns, clerkUserConstraints } from '../src/index.js';
import type { DrizzleUserRepository } from '../src/internal.js';
import { createUserTable } from './support/create-user-table.js';
import { withRepositories } from './support/repositories.js';

const users = pgTable('staff', clerkUserColumns(), clerkUserConstraints);
const role = 'limited';

const { create, open, repositoryOn } = withRepositories();
const createRole = `do $$ begin
  if to_regrole('${role}') is null then create role ${role} login password 'p'; end if;
end $$`;

interface Limited {
  readonly pool: pg.Pool;
  readonly repository: DrizzleUserRepository<typeof users, unknown>;
  /** A connection of the table's owner, to whom the policies do not apply. */
  readonly owner: pg.Client;
}

/** @returns the repository of a role for which the table has these policies */
async function withPolicies(...policies: readonly string[]): Promise<Limited> {
  const url = new URL(
    await create(
      createUserTable('staff'),
      clerkSyncSql(users),
      createRole,
      `grant select, insert, update, delete on all tables in schema public to ${role}`,
      `alter table staff enable row level security`,
      ...policies.map((policy, at) => `create policy policy_${at} on staff ${policy}`),
    ),
  );
  const owner = new pg.Client({ connectionString: url.href });
  await owner.connect();
  onTestFinished(() => owner.end());
  url.username = role;
  url.password = 'p';
  const pool = open(url.href);
  return { pool, repository: repositoryOn(pool, users, (row) => row), owner };
}

const ada: Profile = {
  clerkId: 'user_1',
  email: null,
  name: 'Ada',
  imageUrl: null,
  version: { at: 1, exact: true },
};
const renamed: Profile = { ...ada, name: 'Grace', version: { at: 2, exact: true } };

const isHidden = expect.objectContaining({
  code: '42501',
  message: expect.stringMatching(/row-level security .*"staff"/) as string,
}) as unknown;

/** @returns the cause of the error with which the work rejects */
async function causeOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SyncUnavailableError);
  return error instanceof Error ? error.cause : undefined;
}

test('a change by a role that may only read and insert rows is refused at once, with the cause', async () => {
  const { repository } = await withPolicies(
    'for select using (true)',
    'for insert with check (true)',
  );
  expect(await repository.sync(ada, 'token')).toMatchObject({ outcome: 'created' });
  expect(await causeOf(repository.sync(renamed, 'token'))).toEqual(isHidden);
  expect(await causeOf(repository.sync(renamed, 'webhook'))).toEqual(isHidden);
  expect(await causeOf(repository.markDeleted(ada.clerkId))).toEqual(isHidden);
  expect(await repository.sync(ada, 'token')).toMatchObject({ outcome: 'unchanged' });
});

test('the restoration of a deleted user by a role that may not update rows is refused with the cause', async () => {
  const { repository, owner } = await withPolicies(
    'for select using (true)',
    'for insert with check (true)',
  );
  await repository.markDeleted('user_2');
  expect(await causeOf(repository.restore({ ...ada, clerkId: 'user_2' }))).toEqual(isHidden);
  await owner.query(`create policy may_update on staff for update using (true)`);
  expect(await repository.restore({ ...ada, clerkId: 'user_2' })).toBe(true);
});

test('a role with policies finds no tombstone where there is none', async () => {
  const { repository } = await withPolicies(
    'for select using (true)',
    'for insert with check (true)',
  );
  await repository.sync(ada, 'token');
  expect(await repository.restore(renamed)).toBe(false);
  expect(await repository.restore({ ...ada, clerkId: 'user_unknown' })).toBe(false);
});

test('a change of a row that a policy hides from every statement is refused with the cause', async () => {
  const { repository, owner } = await withPolicies(`using (name is distinct from 'Hidden')`);
  await owner.query(
    `insert into staff (id, clerk_id, name, profile_version) values (gen_random_uuid(), 'user_1', 'Hidden', 1)`,
  );
  for (const source of ['token', 'webhook'] as const)
    expect(await causeOf(repository.sync(renamed, source))).toEqual(isHidden);
});

test('a change of a row that another transaction holds waits until it is free', async () => {
  const { repository, owner, pool } = await withPolicies('using (true)');
  await repository.sync(ada);
  await owner.query('begin; select from staff for update');
  const query = vi.spyOn(pool, 'query');
  const sync = repository.sync(renamed);
  await until('the statement has run several times', () => query.mock.calls.length > 5);
  await owner.query('rollback');
  expect(await sync).toMatchObject({ outcome: 'updated', user: { name: 'Grace' } });
});
