import { sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import type { EventSource } from '../../core/user.repository.js';
import type { ClerkUserTable } from './clerk-columns.js';
import type { Database } from './database.js';
import { setActor, setSource } from './journal-settings.js';
import type { PackedRow } from './packed-row.js';
import { PackedStatement } from './packed-statement.js';
import { storedColumns, selectedColumns, type Selected, selectionOf } from './row-expressions.js';
import { statementName } from './statement-name.js';

/** The outcomes of the sync's statements. `found`: the caller decides. */
export const syncOutcome = z
  .enum(['created', 'updated', 'unchanged', 'stale', 'ignored', 'locked', 'found'])
  .optional();

/** Parameters of a sync, for both of its statements. */
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
  /** Null: the source does not say. */
  readonly banned: boolean | null;
  readonly source: EventSource;
  /** Null: no other user acts as this one. */
  readonly actor: string | null;
  /**
   * The highest version that can be true, in milliseconds since the epoch; a stored one above it
   * counts as 0.
   */
  readonly maxVersion: number;
  /** Of a row that the first statement creates, in milliseconds since the epoch. */
  readonly bannedAt: number | null;
  readonly banVersion: number;
}

/** A prepared sync: one row, or none if it must run again. */
interface SyncStatement {
  execute(values: SyncValues): Promise<Record<string, unknown>[]>;
}

/**
 * The sync rule as one prepared statement: one round trip, and no write if nothing changed. It
 * returns one row and what was done; or none, if another transaction wrote the row between this
 * statement's snapshot and its own write. Then it must run again.
 *
 * - `existing` is the row in the snapshot, and whether the profile needs a write;
 * - `free` is the row if it is due, no other transaction holds it, and none has changed it since the
 *   snapshot, now locked by this one: a statement that waited for a row would keep a connection
 *   from others;
 * - `written` inserts, or updates `existing`, whose flags tell the outcome. A row that another
 *   transaction created after the snapshot is left alone, and the statement runs again;
 * - `greatest`: a transaction that waited for another one has the earlier `now()` of the two;
 * - a row that is due and free, and still not written, is one in which a trigger of the application
 *   stores what it already has, such as an email in lower case;
 * - `clerk_sync_exact` marks a real `updated_at`, which advances the version even if the profile is
 *   the same;
 * - `clerk_sync_rebanned`: the ban is due to change (`changesBan` in core), whatever becomes of the
 *   profile;
 * - `set_config` names the source, and who acts as the user, to the trigger that writes the
 *   journal, for this transaction only.
 *
 * Its own names begin with `clerk_sync_`, and `users` is an alias, because columns of the application
 * may have any name.
 */
export function prepareSync(db: Database, table: ClerkUserTable): SyncStatement {
  const selection = selectionOf(table);
  const incoming = db.$with('clerk_sync_incoming', selection).as(sql`
    select
      ${sql.placeholder('id')}::uuid as id,
      ${sql.placeholder('clerkId')}::text as clerk_id,
      ${sql.placeholder('email')}::text as email,
      ${sql.placeholder('name')}::text as name,
      ${sql.placeholder('imageUrl')}::text as image_url,
      ${sql.placeholder('version')}::bigint as profile_version,
      ${sql.placeholder('exact')}::boolean as clerk_sync_exact,
      ${sql.placeholder('banned')}::boolean as clerk_sync_banned,
      ${sql.placeholder('maxVersion')}::bigint as clerk_sync_max_version,
      ${setActor(sql.placeholder('actor'))} as clerk_sync_actor,
      ${setSource(sql.placeholder('source'))} as clerk_sync_source`);

  const compared = db.$with('clerk_sync_compared', selection).as(sql`
    select
      ${storedColumns(table, 'users')},
      clerk_sync_incoming.clerk_sync_exact,
      users.deleted_at is null
        and clerk_sync_incoming.profile_version > ${plausible(sql`users.profile_version`, sql`clerk_sync_incoming.clerk_sync_max_version`)} as clerk_sync_newer,
      ${profileIn('users')} is not distinct from ${profileIn('clerk_sync_incoming')} as clerk_sync_same,
      users.deleted_at is null
        and clerk_sync_incoming.clerk_sync_exact
        and clerk_sync_incoming.clerk_sync_banned <> (users.banned_at is not null)
        and clerk_sync_incoming.profile_version > ${plausible(sql`users.ban_version`, sql`clerk_sync_incoming.clerk_sync_max_version`)}
        and (
          not clerk_sync_incoming.clerk_sync_banned
          or clerk_sync_incoming.profile_version >= ${plausible(sql`users.profile_version`, sql`clerk_sync_incoming.clerk_sync_max_version`)}
        ) as clerk_sync_rebanned
    from clerk_sync_incoming join ${table} as users on users.clerk_id = clerk_sync_incoming.clerk_id`);

  const existing = db.$with('clerk_sync_existing', selection).as(sql`
    select *,
      clerk_sync_newer and (clerk_sync_exact or not clerk_sync_same)
        or clerk_sync_rebanned is true as clerk_sync_due
    from clerk_sync_compared`);

  const free = db.$with('clerk_sync_free', selection).as(sql`
    select users.id from ${table} as users join clerk_sync_existing on clerk_sync_existing.id = users.id
    where clerk_sync_existing.clerk_sync_due
      and users.profile_version = clerk_sync_existing.profile_version
      and users.ban_version = clerk_sync_existing.ban_version
      and users.deleted_at is null
      and users.banned_at is not distinct from clerk_sync_existing.banned_at
      and ${profileIn('users')} is not distinct from ${profileIn('clerk_sync_existing')}
    for no key update of users skip locked`);

  // `excluded` has a ban version only if the profile is exact and says whether the user is banned.
  const newer = sql`excluded.profile_version
    > ${plausible(sql`stored.profile_version`, sql`(select clerk_sync_max_version from clerk_sync_incoming)`)}`;
  const differs = sql`${profileIn('stored')} is distinct from ${profileIn('excluded')}`;
  const knowsBan = sql`excluded.ban_version
    > ${plausible(sql`stored.ban_version`, sql`(select clerk_sync_max_version from clerk_sync_incoming)`)}`;
  const rebanned = sql`(
    ${knowsBan}
    and (excluded.banned_at is null) <> (stored.banned_at is null)
    and (
      excluded.banned_at is null
      or excluded.profile_version
        >= ${plausible(sql`stored.profile_version`, sql`(select clerk_sync_max_version from clerk_sync_incoming)`)}
    ))`;
  const written = db.$with('clerk_sync_written', selection).as(sql`
    insert into ${table} as stored
      (id, clerk_id, email, name, image_url, profile_version, banned_at, ban_version)
    select
      id, clerk_id, email, name, image_url, profile_version,
      case when clerk_sync_exact and clerk_sync_banned then to_timestamp(profile_version / 1000.0) end,
      case when clerk_sync_exact and clerk_sync_banned is not null then profile_version else 0 end
    from clerk_sync_incoming
    where not exists (select from clerk_sync_existing) or exists (select from clerk_sync_free)
    on conflict (clerk_id) do update set
      email = case when ${newer} then excluded.email else stored.email end,
      name = case when ${newer} then excluded.name else stored.name end,
      image_url = case when ${newer} then excluded.image_url else stored.image_url end,
      profile_version = case
        when ${newer} then excluded.profile_version else stored.profile_version
      end,
      updated_at = case
        when ${newer} and ${differs} then greatest(now(), stored.updated_at)
        else stored.updated_at
      end,
      banned_at = case when ${rebanned} then excluded.banned_at else stored.banned_at end,
      ban_version = case when ${knowsBan} then excluded.ban_version else stored.ban_version end
    where exists (select from clerk_sync_existing)
      and stored.deleted_at is null
      and (
        ${newer} and ((select clerk_sync_exact from clerk_sync_incoming) or ${differs})
        or ${rebanned}
      )
    returning ${storedColumns(table, 'stored')}`);

  const synced = db
    .$with('clerk_sync_synced', {
      ...selection,
      clerkSyncOutcome: sql`clerk_sync_outcome`.as('clerk_sync_outcome'),
    })
    .as(
      sql`
    select
      ${selectedColumns(table, 'clerk_sync_written')},
      case
        when id = (select id from clerk_sync_incoming) then 'created'
        when exists (select from clerk_sync_existing where clerk_sync_same) then 'unchanged'
        when exists (select from clerk_sync_existing where not clerk_sync_newer) then 'stale'
        else 'updated'
      end as clerk_sync_outcome
    from clerk_sync_written
    union all
    select
      ${selectedColumns(table, 'clerk_sync_existing')},
      case when deleted_at is not null then 'ignored' when clerk_sync_same then 'unchanged' else 'stale' end
    from clerk_sync_existing where not clerk_sync_due
    union all
    select
      ${selectedColumns(table, 'clerk_sync_existing')},
      case when exists (select from clerk_sync_free) then 'unchanged' else 'locked' end
    from clerk_sync_existing where clerk_sync_due and not exists (select from clerk_sync_written)`,
    );

  const statement = db
    .with(incoming, compared, existing, free, written, synced)
    .select()
    .from(synced);
  return statement.prepare(statementName('sync_user', statement));
}

/**
 * The first statement of a sync that a request waits for: it creates the row, or reads the one that
 * exists. PostgreSQL takes longer to start the sync statement than to run this one (ADR 1).
 *
 * It returns no row if another transaction created it after this statement's snapshot.
 */
export function prepareCreation(
  db: Database,
  table: ClerkUserTable,
  row: PackedRow,
): PackedStatement<SyncValues> {
  const selection = selectionOf(table);
  const clerkId = sql`${sql.placeholder('clerkId')}::text`;
  // An application's trigger or default must not run for a row that exists.
  const created = db.$with('clerk_sync_created', selection).as(sql`
    insert into ${table} as stored
      (id, clerk_id, email, name, image_url, profile_version, banned_at, ban_version)
    select
      ${sql.placeholder('id')}::uuid, ${clerkId}, ${sql.placeholder('email')}::text,
      ${sql.placeholder('name')}::text, ${sql.placeholder('imageUrl')}::text,
      ${sql.placeholder('version')}::bigint,
      to_timestamp(${sql.placeholder('bannedAt')}::bigint / 1000.0),
      ${sql.placeholder('banVersion')}::bigint
    from (select ${setSource(sql.placeholder('source'))} as clerk_sync_source, ${setActor(sql.placeholder('actor'))} as clerk_sync_actor) as clerk_sync_settings
    where not exists (select from ${table} as users where users.clerk_id = ${clerkId})
    on conflict (clerk_id) do nothing
    returning ${storedColumns(table, 'stored')}`);
  const first = db.$with('clerk_sync_first', packedSelection(row)).as(
    sql`
    select ${packedColumns(row, 'clerk_sync_created', 'created')} from clerk_sync_created
    union all
    select ${packedColumns(row, 'users', 'found')} from ${table} as users
    where users.clerk_id = ${clerkId}`,
  );
  const statement = db.with(created, first).select().from(first);
  const name = statementName('find_or_create_user', statement);
  return new PackedStatement(db.$client, row, statement, name);
}

/** A member of a packed row, and the application's columns. */
function packedSelection(row: PackedRow): Record<string, Selected> {
  return { clerkSyncRow: sql`clerk_sync_row`.as('clerk_sync_row'), ...row.others };
}

/** @returns the columns that `packedSelection` names, of a table, alias or CTE */
function packedColumns(row: PackedRow, source: string, outcome: z.output<typeof syncOutcome>): SQL {
  const refer = ({ name }: { readonly name: string }): SQL =>
    sql`${sql.identifier(source)}.${sql.identifier(name)}`;
  const packed = row.expression(refer, refer({ name: 'clerk_id' }), sql.raw(`'${outcome}'`));
  return sql.join(
    [sql`${packed} as clerk_sync_row`, ...Object.values(row.others).map(refer)],
    sql`, `,
  );
}

/**
 * The profile's columns of a table, alias or CTE, to be compared as JavaScript compares them: a type
 * such as `citext`, or a collation, may ignore the case.
 */
function profileIn(source: string): SQL {
  const columns = ['email', 'name', 'image_url'].map(
    (column) => `${source}.${column}::text collate pg_catalog."C"`,
  );
  return sql.raw(`(${columns.join(', ')})`);
}

/** A version that cannot be true counts as 0, so that a row frozen by a bad value is repaired. */
function plausible(version: SQL, maxVersion: SQL): SQL {
  return sql`(case when ${version} > ${maxVersion} then 0 else ${version} end)`;
}
