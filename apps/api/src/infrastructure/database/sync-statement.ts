import { getTableColumns, sql } from 'drizzle-orm';
import type { SyncResult } from '../../core/users/user.repository.js';
import type { Database } from './database.js';
import type { UserRow } from './user.mapper.js';
import { users } from './users.table.js';

const columns = getTableColumns(users);
const columnNames = sql.join(
  Object.values(columns).map(({ name }) => sql.identifier(name)),
  sql`, `,
);

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
}

export interface SyncStatement {
  execute(values: SyncValues): Promise<(UserRow & { outcome: SyncResult['outcome'] })[]>;
}

/**
 * The sync rule as one prepared statement: one round trip, and nothing written where nothing
 * changed. It gives exactly one row, with what was done; or none, when another transaction wrote
 * the row between this statement's snapshot and its own write. Then it must be run again.
 *
 * - `existing` is the row as the snapshot has it, and whether the profile is `due` to be written;
 * - `written` inserts, or updates under the same condition, which PostgreSQL evaluates again on the
 *   newest version of a row that was changed meanwhile (`on conflict do update … where`);
 * - `greatest`: a transaction that waited for another one has the earlier `now()` of the two;
 * - `exact` tells a real `updated_at`, which advances the version also where the profile is the same.
 */
export function prepareSync(db: Database): SyncStatement {
  const incoming = db.$with('incoming', columns).as(sql`
    select
      ${sql.placeholder('id')}::uuid as id,
      ${sql.placeholder('clerkId')}::text as clerk_id,
      ${sql.placeholder('email')}::text as email,
      ${sql.placeholder('name')}::text as name,
      ${sql.placeholder('imageUrl')}::text as image_url,
      ${sql.placeholder('version')}::bigint as profile_version,
      ${sql.placeholder('exact')}::boolean as exact`);

  const compared = db.$with('compared', columns).as(sql`
    select
      users.*,
      incoming.exact,
      users.deleted_at is null and incoming.profile_version > users.profile_version as newer,
      (users.email, users.name, users.image_url)
        is not distinct from (incoming.email, incoming.name, incoming.image_url) as same
    from incoming join users using (clerk_id)`);

  const existing = db.$with('existing', columns).as(sql`
    select *, newer and (exact or not same) as due from compared`);

  const written = db.$with('written', columns).as(sql`
    insert into users as stored (id, clerk_id, email, name, image_url, profile_version)
    select id, clerk_id, email, name, image_url, profile_version from incoming
    where not exists (select from existing where not due)
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
      and excluded.profile_version > stored.profile_version
      and (
        (select exact from incoming)
        or (stored.email, stored.name, stored.image_url)
          is distinct from (excluded.email, excluded.name, excluded.image_url)
      )
    returning ${columnNames}`);

  const synced = db
    .$with('synced', { ...columns, outcome: sql<SyncResult['outcome']>`outcome`.as('outcome') })
    .as(
      sql`
    select
      ${columnNames},
      case
        when id = (select id from incoming) then 'created'
        when exists (select from existing where same) then 'unchanged'
        else 'updated'
      end as outcome
    from written
    union all
    select
      ${columnNames},
      case when deleted_at is not null then 'ignored' when same then 'unchanged' else 'stale' end
    from existing where not due`,
    );

  return db
    .with(incoming, compared, existing, written, synced)
    .select()
    .from(synced)
    .prepare('sync_user');
}
