import { createHash, randomUUID } from 'node:crypto';
import { and, eq, getTableName, isNull, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { type Clock, SystemClock } from '../../core/clock.js';
import { StoreReadOnlyError } from '../../core/errors.js';
import { InFlight } from '../../core/in-flight.js';
import { isComparable, isSameProfile, maxVersionLead, type Profile } from '../../core/profile.js';
import { decideSync } from '../../core/sync-rule.js';
import {
  type DeletionOutcome,
  type EventSource,
  repeated,
  type StoredUser,
  type SyncResult,
  UserRepository,
} from '../../core/user.repository.js';
import { type ClerkUserRow, type ClerkUserTable, columnsOf } from './clerk-columns.js';
import type { Database } from './database.js';
import { type Erasers, erasureTimeoutMs } from './erasers.js';
import { PackedRow, type ReadRow } from './packed-row.js';
import { PackedStatement } from './packed-statement.js';
import { endedSessionsOf, epochMs, isTime, toDate } from './row-expressions.js';
import { attempting, attemptTimes, Turns, unavailable } from './run-statement.js';
import { endedSessions } from './sync.tables.js';
import { inTransaction } from './transaction.js';
import type { WriteAccess } from './write-access.js';

/**
 * Drizzle writes a column of the only table of a statement without its table. Inside the subquery,
 * such a `clerk_id` would be that of the session.
 */
function qualifiedClerkId(table: ClerkUserTable): SQL {
  return sql`${sql.identifier(getTableName(table))}.${sql.identifier(table.clerkId.name)}`;
}

/** A member of a selection: a column, or an expression. */
type Selected = PgColumn | SQL.Aliased;

/**
 * What statements read: all columns of the application's table, times as numbers, and the user's
 * ended sessions. The module's own members have names that no column of an application has.
 */
function selectionOf(table: ClerkUserTable): Record<string, Selected> {
  return {
    ...Object.fromEntries(
      Object.entries(columnsOf(table)).map(([key, column]): [string, Selected] => [
        key,
        isTime(column) ? epochMs(column).mapWith(toDate).as(column.name) : column,
      ]),
    ),
    clerkSyncEndedSessions: endedSessionsOf(qualifiedClerkId(table)).as(
      'clerk_sync_ended_sessions',
    ),
  };
}

const time = z.date().nullable();

/** The members of a row that the module reads itself. */
const moduleMembers = z.object({
  email: z.string().nullable(),
  name: z.string().nullable(),
  imageUrl: z.string().nullable(),
  profileVersion: z.number(),
  deletedAt: time,
  bannedAt: time,
  banVersion: z.number(),
});

const sessionIds = z.array(z.string());

/** What the sync's statements say of their row: `found` leaves the decision to the caller. */
const syncOutcome = z
  .enum(['created', 'updated', 'unchanged', 'stale', 'ignored', 'locked', 'found'])
  .optional();

/** The application's table, and what it makes of a row. */
export interface UserMapping<Table extends ClerkUserTable, Entity> {
  readonly users: Table;
  /** Converts a row to the application's user; the result is frozen, because requests share it. */
  readonly toUser: (row: ClerkUserRow<Table>) => Entity;
}

/**
 * @param row as a statement selects it (`selectionOf`)
 * @returns the application's user of a live row; a tombstone has none
 */
export function toStoredUser<Table extends ClerkUserTable, Entity>(
  selected: Readonly<Record<string, unknown>>,
  { toUser }: Pick<UserMapping<Table, Entity>, 'toUser'>,
): StoredUser<Entity> {
  const { clerkSyncEndedSessions, clerkSyncOutcome: _, ...row } = selected;
  return storedUser(row, sessionIds.parse(clerkSyncEndedSessions), { toUser });
}

function storedUser<Table extends ClerkUserTable, Entity>(
  row: Readonly<Record<string, unknown>>,
  ended: readonly string[],
  { toUser }: Pick<UserMapping<Table, Entity>, 'toUser'>,
): StoredUser<Entity> {
  const { email, name, imageUrl, profileVersion, deletedAt, bannedAt, banVersion } =
    moduleMembers.parse(row);
  if (deletedAt !== null) return { state: 'deleted' };
  // A selection by key has the table's own type, which Drizzle cannot know here.
  const user = Object.freeze(mapped(toUser, row as ClerkUserRow<Table>));
  const hasProfile =
    isComparable(user) && user.email === email && user.name === name && user.imageUrl === imageUrl;
  // The path of nearly all rows: creating an object with spreads takes V8 several times as long.
  if (hasProfile && banVersion === 0 && bannedAt === null && ended.length === 0)
    return { state: 'live', user, version: profileVersion };
  return {
    state: 'live',
    user,
    ...(!hasProfile && { profile: { email, name, imageUrl } }),
    version: profileVersion,
    ...(banVersion > 0 && { banVersion }),
    ...((bannedAt !== null || ended.length > 0) && {
      revocations: { bannedAt: bannedAt?.getTime() ?? null, endedSessions: ended },
    }),
  };
}

/** @throws TypeError for any error of `toUser`: a programming error, which a retry cannot repair */
function mapped<Row, Entity>(toUser: (row: Row) => Entity, row: Row): Entity {
  try {
    return toUser(row);
  } catch (cause) {
    throw new TypeError(
      'The option toUser of ClerkSyncModule threw an error for a row. Fix the function.',
      { cause },
    );
  }
}

/** Parameters of the statement. */
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
}

/** Parameters of the first statement. */
interface CreationValues
  extends
    Record<string, unknown>,
    Pick<
      SyncValues,
      'id' | 'clerkId' | 'email' | 'name' | 'imageUrl' | 'version' | 'source' | 'actor'
    > {
  /** Milliseconds since the epoch. */
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
 * - `clerk_sync_exact` marks a real `updated_at`, which advances the version even if the profile is
 *   the same;
 * - `clerk_sync_rebanned`: the ban is due to change (`changesBan` in core), whatever becomes of the
 *   profile;
 * - `set_config` names the source, and who acts as the user, to the trigger that writes the
 *   journal, for this transaction alone.
 *
 * Names of its own start with `clerk_sync_`, and `users` is an alias: columns of the application
 * may have any name.
 */
function prepareSync(db: Database, table: ClerkUserTable): SyncStatement {
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
      ${nameActor()},
      ${nameSource()}`);

  const compared = db.$with('clerk_sync_compared', selection).as(sql`
    select
      ${listOf(table, 'users')},
      clerk_sync_incoming.clerk_sync_exact,
      users.deleted_at is null
        and clerk_sync_incoming.profile_version > ${plausible(sql`users.profile_version`, sql`clerk_sync_incoming.clerk_sync_max_version`)} as clerk_sync_newer,
      (users.email, users.name, users.image_url)
        is not distinct from (clerk_sync_incoming.email, clerk_sync_incoming.name, clerk_sync_incoming.image_url) as clerk_sync_same,
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
    for no key update of users skip locked`);

  // `excluded` has a ban version only if the profile is exact and says whether the user is banned.
  const newer = sql`excluded.profile_version
    > ${plausible(sql`stored.profile_version`, sql`(select clerk_sync_max_version from clerk_sync_incoming)`)}`;
  const differs = sql`(stored.email, stored.name, stored.image_url)
    is distinct from (excluded.email, excluded.name, excluded.image_url)`;
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
    returning ${listOf(table, 'stored')}`);

  const synced = db
    .$with('clerk_sync_synced', {
      ...selection,
      clerkSyncOutcome: sql`clerk_sync_outcome`.as('clerk_sync_outcome'),
    })
    .as(
      sql`
    select
      ${readable(table, 'clerk_sync_written')},
      case
        when id = (select id from clerk_sync_incoming) then 'created'
        when exists (select from clerk_sync_existing where clerk_sync_same) then 'unchanged'
        when exists (select from clerk_sync_existing where not clerk_sync_newer) then 'stale'
        else 'updated'
      end as clerk_sync_outcome
    from clerk_sync_written
    union all
    select
      ${readable(table, 'clerk_sync_existing')},
      case when deleted_at is not null then 'ignored' when clerk_sync_same then 'unchanged' else 'stale' end
    from clerk_sync_existing where not clerk_sync_due
    union all
    select ${readable(table, 'clerk_sync_existing')}, 'locked' from clerk_sync_existing
    where clerk_sync_due and not exists (select from clerk_sync_free)`,
    );

  const statement = db
    .with(incoming, compared, existing, free, written, synced)
    .select()
    .from(synced);
  return statement.prepare(nameOf('sync_user', statement.toSQL()));
}

/**
 * The first statement of a sync that a request waits for: it creates the row, or reads the one that exists. PostgreSQL
 * takes longer to start the sync statement than to run this one (ADR 1).
 *
 * It returns no row if another transaction created it after this statement's snapshot.
 */
function prepareCreation(
  db: Database,
  table: ClerkUserTable,
  row: PackedRow,
): PackedStatement<CreationValues> {
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
    from (select ${nameSource()}, ${nameActor()}) as clerk_sync_settings
    where not exists (select from ${table} as users where users.clerk_id = ${clerkId})
    on conflict (clerk_id) do nothing
    returning ${listOf(table, 'stored')}`);
  const first = db.$with('clerk_sync_first', packedSelection(row)).as(
    sql`
    select ${packedColumns(row, 'clerk_sync_created', 'created')} from clerk_sync_created
    union all
    select ${packedColumns(row, 'users', 'found')} from ${table} as users
    where users.clerk_id = ${clerkId}`,
  );
  const statement = db.with(created, first).select().from(first);
  const name = nameOf('find_or_create_user', statement.toSQL());
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

/** A version that cannot be true counts as 0, so that a row frozen by a bad value is repaired. */
function plausible(version: SQL, maxVersion: SQL): SQL {
  return sql`(case when ${version} > ${maxVersion} then 0 else ${version} end)`;
}

/** @returns the columns as they are stored, of a table, alias or CTE */
function listOf(table: ClerkUserTable, source: string): SQL {
  return sql.join(
    Object.values(columnsOf(table)).map(
      ({ name }) => sql`${sql.identifier(source)}.${sql.identifier(name)}`,
    ),
    sql`, `,
  );
}

/** @returns the same columns as they are read: times as numbers */
function readable(table: ClerkUserTable, source: string): SQL {
  const clerkId = sql`${sql.identifier(source)}.clerk_id`;
  return sql.join(
    [
      ...Object.values(columnsOf(table)).map((column) => {
        const value = sql`${sql.identifier(source)}.${sql.identifier(column.name)}`;
        return isTime(column) ? sql`${epochMs(value)} as ${sql.identifier(column.name)}` : value;
      }),
      sql`${endedSessionsOf(clerkId)} as clerk_sync_ended_sessions`,
    ],
    sql`, `,
  );
}

/** The setting through which statements name their source to the journal's trigger. */
const sourceSetting = 'clerk_sync.source';

/** Local to the transaction: nothing stays behind on a pooled connection. */
function nameSource(): SQL {
  return sql`set_config('${sql.raw(sourceSetting)}', ${sql.placeholder('source')}::text, true) as clerk_sync_source`;
}

function nameActor(): SQL {
  return sql`set_config('clerk_sync.actor', coalesce(${sql.placeholder('actor')}::text, ''), true) as clerk_sync_actor`;
}

/** A request's sync reaches the store if the cache lacks the row: the user is new here, or unchanged. */
function isLikelyNew(source: EventSource): boolean {
  return source === 'token' || source === 'backend_api';
}

/** A sync whose turn has not come. */
interface QueuedSync<Entity> {
  readonly profile: Profile;
  readonly result: Promise<SyncResult<Entity>>;
}

/** The form of a local id (RFC 9562, 4), of any version. */
const uuid = z.guid();

/** Users in PostgreSQL, through Drizzle, by prepared statements. */
export class DrizzleUserRepository<
  Table extends ClerkUserTable,
  Entity,
> extends UserRepository<Entity> {
  private readonly row: PackedRow;
  private readonly byId;
  private readonly byClerkId;
  private readonly creation;
  private readonly syncStatement;
  private readonly deletion;
  private readonly sessionEnd;
  private readonly turns = new Turns();
  /** Syncs that wait for their turn, by user. */
  private readonly queuedSyncs = new InFlight<QueuedSync<Entity>>();

  /**
   * @param writes tracks whether the database accepts writes
   * @param mapping the application's table and user
   * @param clock decides which versions lie implausibly far in the future
   * @param erasers run in the transaction of a deletion; default: none
   */
  constructor(
    private readonly db: Database,
    private readonly writes: WriteAccess,
    private readonly mapping: UserMapping<Table, Entity>,
    private readonly clock: Clock = new SystemClock(),
    private readonly erasers?: Erasers,
  ) {
    super();
    const table: ClerkUserTable = mapping.users;
    this.row = new PackedRow(table);
    const selection = selectionOf(table);
    const byId = db
      .select(selection)
      .from(table)
      .where(eq(table.id, sql.placeholder('id')));
    this.byId = byId.prepare(nameOf('user_by_id', byId.toSQL()));
    const packed = this.row.expression((column) => column, qualifiedClerkId(table));
    const byClerkId = db
      .select({ clerkSyncRow: packed.as('clerk_sync_row'), ...this.row.others })
      .from(table)
      .where(eq(table.clerkId, sql.placeholder('clerkId')));
    this.byClerkId = new PackedStatement<{ clerkId: string }>(
      db.$client,
      this.row,
      byClerkId,
      nameOf('user_by_clerk_id', byClerkId.toSQL()),
    );
    this.creation = prepareCreation(db, table, this.row);
    this.syncStatement = prepareSync(db, table);
    this.deletion = prepareDeletion(db, table);
    this.sessionEnd = prepareSessionEnd(db);
  }

  override async findById(id: string): Promise<Entity | null> {
    // PostgreSQL would refuse the statement: no row has such an id.
    if (!uuid.safeParse(id).success) return null;
    const stored = await attempting(this.db, async () => {
      const [row] = await this.byId.execute({ id });
      return row === undefined ? null : toStoredUser(row, this.mapping);
    });
    return stored?.state === 'live' ? stored.user : null;
  }

  override findByClerkId(clerkId: string): Promise<StoredUser<Entity> | null> {
    return attempting(this.db, async () => {
      const row = await this.byClerkId.execute({ clerkId });
      return row === undefined ? null : this.storedUser(row);
    });
  }

  override sync(profile: Profile, source: EventSource = 'sql'): Promise<SyncResult<Entity>> {
    return this.writes.run(
      () => this.syncByStatement(profile, source),
      () => this.syncWithoutWriting(profile),
    );
  }

  override markDeleted(clerkId: string, source: EventSource = 'sql'): Promise<DeletionOutcome> {
    return this.writes.run(
      () => this.deleteByStatement(clerkId, source),
      () => this.deleteWithoutWriting(clerkId),
    );
  }

  override restore(profile: Profile, source: EventSource = 'sql'): Promise<boolean> {
    return this.writes.run(
      async () => {
        const isRestored = await this.inTurn(profile.clerkId, () =>
          restoreTombstone(this.db, this.mapping.users, profile, source),
        );
        if (isRestored) this.writes.written();
        return isRestored;
      },
      () => Promise.reject(new StoreReadOnlyError()),
    );
  }

  override endSession(clerkId: string, sessionId: string): Promise<void> {
    return this.writes.run(
      async () => {
        await attempting(this.db, () => this.sessionEnd.execute({ clerkId, sessionId }));
        this.writes.written();
      },
      () => Promise.reject(new StoreReadOnlyError()),
    );
  }

  /**
   * Shares a sync of the same profile that still waits for its turn, so that concurrent identical
   * syncs run two statements at most. A sync that is already running is not shared, because its
   * snapshot may be older than a change that was committed before this call.
   */
  private syncByStatement(profile: Profile, source: EventSource): Promise<SyncResult<Entity>> {
    const { clerkId } = profile;
    const queued = this.queuedSyncs.find(clerkId, (sync) => isSameProfile(sync.profile, profile));
    if (queued !== undefined) return queued.result.then(repeated);
    const turn: { isOver: boolean; own?: QueuedSync<Entity> } = { isOver: false };
    const dequeue = (): void => {
      turn.isOver = true;
      if (turn.own !== undefined) this.queuedSyncs.remove(clerkId, turn.own);
    };
    const result = this.syncInTurn(profile, source, dequeue);
    if (turn.isOver) return result;
    turn.own = { profile, result: result.finally(dequeue) };
    this.queuedSyncs.add(clerkId, turn.own);
    return turn.own.result;
  }

  /** @param onStart called once, when the statement's turn has come */
  private syncInTurn(
    profile: Profile,
    source: EventSource,
    onStart: () => void,
  ): Promise<SyncResult<Entity>> {
    const { version, banned = null, actor = null } = profile;
    const values = {
      id: randomUUID(),
      clerkId: profile.clerkId,
      email: profile.email,
      name: profile.name,
      imageUrl: profile.imageUrl,
      version: version.at,
      exact: version.exact,
      banned,
      source,
      actor,
      maxVersion: this.clock.now() + maxVersionLead,
    };
    let isFirst = isLikelyNew(source);
    const change = async (): Promise<SyncResult<Entity> | undefined> =>
      this.synced(await this.syncStatement.execute(values), profile);
    const statement = (): Promise<SyncResult<Entity> | undefined> =>
      isFirst
        ? this.foundOrCreated(values, profile).then((found) => {
            isFirst = false;
            return found ?? change();
          })
        : change();
    return this.inTurn(profile.clerkId, statement, onStart).then((result) => {
      if (result.outcome === 'created' || result.outcome === 'updated') this.writes.written();
      return result;
    });
  }

  /** @returns undefined if the sync statement must run */
  private foundOrCreated(
    { id, clerkId, email, name, imageUrl, version, exact, banned, source, actor }: SyncValues,
    profile: Profile,
  ): Promise<SyncResult<Entity> | undefined> {
    const reportsBan = exact && banned !== null;
    const statement = this.creation.execute({
      id,
      clerkId,
      email,
      name,
      imageUrl,
      version,
      source,
      actor,
      bannedAt: reportsBan && banned ? version : null,
      banVersion: reportsBan ? version : 0,
    });
    return statement.then((row) =>
      row === undefined
        ? undefined
        : this.decided(this.storedUser(row), syncOutcome.parse(row.outcome), profile),
    );
  }

  private storedUser({ row, endedSessions }: ReadRow): StoredUser<Entity> {
    return storedUser(row, endedSessions, this.mapping);
  }

  /** @returns undefined if the sync statement must run, or run again */
  private synced(
    [row]: readonly Record<string, unknown>[],
    profile: Profile,
  ): SyncResult<Entity> | undefined {
    if (row === undefined) return undefined;
    const outcome = syncOutcome.parse(row['clerkSyncOutcome']);
    if (outcome === undefined || outcome === 'locked') return undefined;
    return this.decided(toStoredUser(row, this.mapping), outcome, profile);
  }

  private decided(
    stored: StoredUser<Entity>,
    outcome: z.output<typeof syncOutcome>,
    profile: Profile,
  ): SyncResult<Entity> | undefined {
    if (outcome === undefined || outcome === 'locked') return undefined;
    if (stored.state === 'deleted' || outcome === 'ignored') return { outcome: 'ignored' };
    const { state: _, ...live } = stored;
    if (outcome !== 'found') return { ...live, outcome };
    const decision = decideSync(stored, profile, this.clock.now());
    const isDone = decision === 'unchanged' || decision === 'stale';
    return isDone ? { ...live, outcome: decision } : undefined;
  }

  /** PostgreSQL refuses the sync statement on a read-only server even if it would write nothing. */
  private async syncWithoutWriting(profile: Profile): Promise<SyncResult<Entity>> {
    const stored = await this.findByClerkId(profile.clerkId);
    if (stored === null) throw new StoreReadOnlyError();
    if (stored.state === 'deleted') return { outcome: 'ignored' };
    const decision = decideSync(stored, profile, this.clock.now());
    const { state: _, ...live } = stored;
    const isWrite = decision !== 'unchanged' && decision !== 'stale';
    return { ...live, outcome: isWrite ? 'deferred' : decision };
  }

  private async deleteByStatement(clerkId: string, source: EventSource): Promise<DeletionOutcome> {
    const { erasers } = this;
    const outcome = await this.inTurn(clerkId, async () => {
      if (erasers !== undefined && !erasers.isEmpty) {
        return eraseAndDelete(this.db, this.mapping, erasers, { clerkId, source });
      }
      const [row] = await this.deletion.execute({ id: randomUUID(), clerkId, source });
      return row?.outcome ?? undefined;
    });
    if (outcome === 'deleted') this.writes.written();
    return outcome;
  }

  private async deleteWithoutWriting(clerkId: string): Promise<DeletionOutcome> {
    const stored = await this.findByClerkId(clerkId);
    if (stored?.state === 'deleted') return 'ignored';
    throw new StoreReadOnlyError();
  }

  /** Writes of one user take turns; writes of different users do not wait for each other. */
  private inTurn<T>(
    clerkId: string,
    statement: () => Promise<T | undefined>,
    onStart: () => void = () => undefined,
  ): Promise<T> {
    return this.turns.take(
      clerkId,
      () => {
        onStart();
        return attempting(this.db, statement);
      },
      attemptTimes.total,
      () => unavailable(new Error('Earlier writes of the same user took too long.')),
    );
  }
}

/**
 * A connection keeps one text for each name of a prepared statement: two tables on one pool, or two
 * releases behind one pooler, need two names.
 *
 * @param what the name for people, which is the part before `#`
 */
function nameOf(what: string, { sql: text }: { readonly sql: string }): string {
  return `${what}#${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}

/** Converts the row `stored` to a tombstone. */
const emptied = sql`
  email = null,
  name = null,
  image_url = null,
  banned_at = null,
  ban_version = 0,
  updated_at = greatest(now(), stored.updated_at),
  deleted_at = now()`;

/** Null: another transaction holds the row, or changed it meanwhile; the statement must run again. */
interface DeletionStatement {
  execute(values: {
    readonly id: string;
    readonly clerkId: string;
    readonly source: EventSource;
  }): Promise<{ outcome: DeletionOutcome | null }[]>;
}

/** Built like the sync's statement: it never waits for a row that another transaction holds. */
function prepareDeletion(db: Database, table: ClerkUserTable): DeletionStatement {
  const incoming = db.$with('clerk_sync_incoming', {}).as(sql`
    select
      ${sql.placeholder('id')}::uuid as id,
      ${sql.placeholder('clerkId')}::text as clerk_id,
      ${nameSource()}`);
  const existing = db.$with('clerk_sync_existing', {}).as(sql`
    select users.id, users.deleted_at is null as live
    from ${table} as users join clerk_sync_incoming on clerk_sync_incoming.clerk_id = users.clerk_id`);
  const free = db.$with('clerk_sync_free', {}).as(sql`
    select users.id from ${table} as users join clerk_sync_existing on clerk_sync_existing.id = users.id
    where clerk_sync_existing.live
    for no key update of users skip locked`);
  const written = db.$with('clerk_sync_written', {}).as(sql`
    insert into ${table} as stored (id, clerk_id, profile_version, deleted_at)
    select id, clerk_id, 0, now() from clerk_sync_incoming
    where not exists (select from clerk_sync_existing) or exists (select from clerk_sync_free)
    on conflict (clerk_id) do update set ${emptied}
    where stored.deleted_at is null
    returning stored.id`);
  const deleted = db.$with('clerk_sync_deleted', {
    outcome: sql<DeletionOutcome | null>`outcome`.as('outcome'),
  }).as(sql`
    select case
      when exists (select from clerk_sync_written) then 'deleted'
      when exists (select from clerk_sync_existing where not live) then 'ignored'
    end as outcome`);
  const statement = db.with(incoming, existing, free, written, deleted).select().from(deleted);
  return statement.prepare(nameOf('delete_user', statement.toSQL()));
}

/**
 * The deletion with the application's erasers, which get the user as it was. Like the statement, it
 * never waits for a row that another transaction holds.
 *
 * @returns undefined if it must run again
 */
function eraseAndDelete<Table extends ClerkUserTable, Entity>(
  { $client: pool }: Database,
  mapping: UserMapping<Table, Entity>,
  erasers: Erasers,
  { clerkId, source }: { readonly clerkId: string; readonly source: EventSource },
): Promise<DeletionOutcome | undefined> {
  const table: ClerkUserTable = mapping.users;
  const isTheirs = eq(table.clerkId, clerkId);
  return inTransaction(
    pool,
    async (transaction) => {
      await transaction.execute(
        sql`select set_config('${sql.raw(sourceSetting)}', ${source}::text, true)`,
      );
      const [locked] = await transaction
        .select(selectionOf(table))
        .from(table)
        .where(and(isTheirs, isNull(table.deletedAt)))
        .for('no key update', { skipLocked: true });
      if (locked !== undefined) {
        const stored = toStoredUser(locked, mapping);
        if (stored.state === 'live') await erasers.erase(stored.user, transaction);
        await transaction.execute(
          sql`update ${table} as stored set ${emptied} where stored.clerk_id = ${clerkId}::text`,
        );
        return 'deleted';
      }
      const { rowCount } = await transaction.execute(sql`
        insert into ${table} (id, clerk_id, profile_version, deleted_at)
        values (${randomUUID()}::uuid, ${clerkId}::text, 0, now())
        on conflict (clerk_id) do nothing`);
      if (rowCount === 1) return 'deleted';
      const [tombstone] = await transaction
        .select({ id: table.id })
        .from(table)
        .where(and(isTheirs, sql`${table.deletedAt} is not null`));
      return tombstone === undefined ? undefined : 'ignored';
    },
    { statementTimeoutMs: erasureTimeoutMs },
  );
}

/** @returns false if there is no tombstone */
async function restoreTombstone(
  db: Database,
  table: ClerkUserTable,
  { clerkId, email, name, imageUrl, banned, version }: Profile,
  source: EventSource,
): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    with source as (select set_config('${sql.raw(sourceSetting)}', ${source}::text, true))
    update ${table} as stored set
      email = ${email}::text,
      name = ${name}::text,
      image_url = ${imageUrl}::text,
      profile_version = ${version.at}::bigint,
      banned_at = case
        when ${banned === true}::boolean then to_timestamp(${version.at}::bigint / 1000.0)
      end,
      ban_version = ${banned === undefined ? 0 : version.at}::bigint,
      updated_at = greatest(now(), stored.updated_at),
      deleted_at = null
    from source
    where stored.clerk_id = ${clerkId}::text and stored.deleted_at is not null`);
  return (rowCount ?? 0) > 0;
}

interface SessionEndStatement {
  execute(values: { readonly clerkId: string; readonly sessionId: string }): Promise<unknown>;
}

/** Stores the session, and deletes some of those whose tokens have all expired. */
function prepareSessionEnd(db: Database): SessionEndStatement {
  const expired = db.$with('clerk_sync_expired', {}).as(sql`
    delete from ended_sessions where (clerk_id, session_id) in (
      select clerk_id, session_id from ended_sessions
      where ended_at < now() - interval '25 hours'
      limit 100
      for update skip locked)`);
  const statement = db
    .with(expired)
    .insert(endedSessions)
    .values({ clerkId: sql.placeholder('clerkId'), sessionId: sql.placeholder('sessionId') })
    .onConflictDoNothing();
  return statement.prepare(nameOf('end_session', statement.toSQL()));
}
