import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { SyncResult } from '../../core/users/user.repository.js';
import type { Database } from './database.js';
import { epochMs, userColumns, type UserRow } from './user.mapper.js';
import { users } from './users.table.js';

/** What the statement takes. */
export interface SyncValues extends Record<string, unknown> {
  /** For a row that is created. */
  readonly id: string;
  readonly clerkId: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly imageUrl: string | null;
  /** Milliseconds since the epoch. */
  readonly version: number;
  readonly exact: boolean;
  /** The highest version that can be true, in milliseconds since the epoch; a stored one above it counts as 0. */
  readonly maxVersion: number;
}

/** `locked`: another transaction holds the row, and nothing was done. */
type SyncOutcome = SyncResult['outcome'] | 'locked';

/** The prepared sync: one row, or none if it must run again. */
export interface SyncStatement {
  execute(values: SyncValues): Promise<(UserRow & { outcome: SyncOutcome })[]>;
}

/**
 * The sync rule as one prepared statement: one round trip, and no write if nothing changed. It
 * returns one row and what was done; or none, if another transaction wrote the row between this
 * statement's snapshot and its own write. Then it must run again.
 *
 * - `existing` is the row in the snapshot, and whether the profile is `due` to be written;
 * - `free` is the row if it is due and no other transaction holds it, now locked by this one: a
 *   statement that waited for a row would keep a connection from others;
 * - `written` inserts, or updates under the same condition, which PostgreSQL evaluates again on the
 *   newest version of a row that another transaction changed (`on conflict do update … where`);
 * - `greatest`: a transaction that waited for another one has the earlier `now()` of the two;
 * - `exact` marks a real `updated_at`, which advances the version even if the profile is the same.
 *
 * It names only the columns that it needs, so that others on `users` may have any name.
 */
export function prepareSync(db: Database): SyncStatement {
  const incoming = db.$with('incoming', userColumns).as(sql`
    select
      ${sql.placeholder('id')}::uuid as id,
      ${sql.placeholder('clerkId')}::text as clerk_id,
      ${sql.placeholder('email')}::text as email,
      ${sql.placeholder('name')}::text as name,
      ${sql.placeholder('imageUrl')}::text as image_url,
      ${sql.placeholder('version')}::bigint as profile_version,
      ${sql.placeholder('exact')}::boolean as exact,
      ${sql.placeholder('maxVersion')}::bigint as max_version`);

  const compared = db.$with('compared', userColumns).as(sql`
    select
      ${listOf('users')},
      incoming.exact,
      users.deleted_at is null
        and incoming.profile_version > ${plausible(sql`users.profile_version`, sql`incoming.max_version`)} as newer,
      (users.email, users.name, users.image_url)
        is not distinct from (incoming.email, incoming.name, incoming.image_url) as same
    from incoming join users on users.clerk_id = incoming.clerk_id`);

  const existing = db.$with('existing', userColumns).as(sql`
    select *, newer and (exact or not same) as due from compared`);

  const free = db.$with('free', userColumns).as(sql`
    select users.id from users join existing on existing.id = users.id
    where existing.due
    for no key update of users skip locked`);

  const written = db.$with('written', userColumns).as(sql`
    insert into users as stored (id, clerk_id, email, name, image_url, profile_version)
    select id, clerk_id, email, name, image_url, profile_version from incoming
    where not exists (select from existing) or exists (select from free)
    on conflict (clerk_id) do update set
      email = excluded.email,
      name = excluded.name,
      image_url = excluded.image_url,
      profile_version = excluded.profile_version,
      updated_at = case
        when (stored.email, stored.name, stored.image_url)
          is not distinct from (excluded.email, excluded.name, excluded.image_url)
        then stored.updated_at
        else greatest(now(), stored.updated_at)
      end
    where stored.deleted_at is null
      and excluded.profile_version
        > ${plausible(sql`stored.profile_version`, sql`(select max_version from incoming)`)}
      and (
        (select exact from incoming)
        or (stored.email, stored.name, stored.image_url)
          is distinct from (excluded.email, excluded.name, excluded.image_url)
      )
    returning ${listOf('stored')}`);

  const synced = db
    .$with('synced', { ...userColumns, outcome: sql<SyncOutcome>`outcome`.as('outcome') })
    .as(
      sql`
    select
      ${readable('written')},
      case
        when id = (select id from incoming) then 'created'
        when exists (select from existing where same) then 'unchanged'
        else 'updated'
      end as outcome
    from written
    union all
    select
      ${readable('existing')},
      case when deleted_at is not null then 'ignored' when same then 'unchanged' else 'stale' end
    from existing where not due
    union all
    select ${readable('existing')}, 'locked' from existing
    where due and not exists (select from free)`,
    );

  return db
    .with(incoming, compared, existing, free, written, synced)
    .select()
    .from(synced)
    .prepare('sync_user');
}

/** A version that cannot be true counts as 0, so that a row frozen by a bad value is repaired. */
function plausible(version: SQL, maxVersion: SQL): SQL {
  return sql`(case when ${version} > ${maxVersion} then 0 else ${version} end)`;
}

const storedColumns: readonly PgColumn[] = [
  users.id,
  users.clerkId,
  users.email,
  users.name,
  users.imageUrl,
  users.profileVersion,
  users.createdAt,
  users.updatedAt,
  users.deletedAt,
];

/** @returns the columns as they are stored, of a table, alias or CTE */
function listOf(source: string): SQL {
  return sql.join(
    storedColumns.map(({ name }) => sql`${sql.identifier(source)}.${sql.identifier(name)}`),
    sql`, `,
  );
}

/** @returns the same columns as they are read: times as numbers */
function readable(source: string): SQL {
  return sql.join(
    storedColumns.map((column) => {
      const value = sql`${sql.identifier(source)}.${sql.identifier(column.name)}`;
      return column.dataType === 'date'
        ? sql`${epochMs(value)} as ${sql.identifier(column.name)}`
        : value;
    }),
    sql`, `,
  );
}
