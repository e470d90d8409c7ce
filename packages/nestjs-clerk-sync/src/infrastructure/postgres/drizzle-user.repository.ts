import { randomUUID } from 'node:crypto';
import { eq, sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { type Clock, SystemClock } from '../../core/clock.js';
import { StoreReadOnlyError } from '../../core/errors.js';
import { maxVersionLead, type Profile } from '../../core/profile.js';
import { decideSync } from '../../core/sync-rule.js';
import { User } from '../../core/user.entity.js';
import {
  type DeletionOutcome,
  type EventSource,
  repeated,
  type StoredUser,
  type SyncResult,
  UserRepository,
} from '../../core/user.repository.js';
import type { Database } from './database.js';
import { attempting, attemptTimes, Turns, unavailable } from './run-statement.js';
import { endedSessions, users } from './users.table.js';
import type { WriteAccess } from './write-access.js';

/** A row as statements return it: times in milliseconds since the epoch. */
export interface UserRow {
  readonly id: string;
  readonly clerkId: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly imageUrl: string | null;
  readonly profileVersion: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
  readonly bannedAt: number | null;
  readonly banVersion: number;
  readonly endedSessions: readonly string[];
}

/**
 * A timestamp as a number. PostgreSQL writes timestamps as text in the style and zone of its settings
 * (`DateStyle`, `TimeZone`), in which 5 March may read as 3 May; a number has no style.
 *
 * @param timestamp a `timestamptz`
 */
export function epochMs(timestamp: SQLWrapper): SQL {
  return sql`floor(extract(epoch from ${timestamp}) * 1000)::bigint`;
}

/** The ids of a user's sessions whose tokens may not have expired yet. */
function endedSessionsOf(clerkId: SQLWrapper): SQL<string[]> {
  return sql<string[]>`array(
    select ended_sessions.session_id from ended_sessions
    where ended_sessions.clerk_id = ${clerkId}
      and ended_sessions.ended_at > now() - interval '24 hours')`;
}

/** The columns that statements read. */
export const userColumns = {
  id: users.id,
  clerkId: users.clerkId,
  email: users.email,
  name: users.name,
  imageUrl: users.imageUrl,
  profileVersion: users.profileVersion,
  createdAt: epochMs(users.createdAt).mapWith(Number).as('created_at'),
  updatedAt: epochMs(users.updatedAt).mapWith(Number).as('updated_at'),
  deletedAt: epochMs(users.deletedAt).mapWith(toNumberOrNull).as('deleted_at'),
  bannedAt: epochMs(users.bannedAt).mapWith(toNumberOrNull).as('banned_at'),
  banVersion: users.banVersion,
  endedSessions: endedSessionsOf(users.clerkId).as('ended_sessions'),
};

/** @returns the entity of a live row; a tombstone has none */
export function toStoredUser(row: UserRow): StoredUser {
  if (row.deletedAt !== null) return { state: 'deleted' };
  const createdAt = new Date(row.createdAt).toISOString();
  // Most users have never changed: they share one string.
  const updatedAt =
    row.updatedAt === row.createdAt ? createdAt : new Date(row.updatedAt).toISOString();
  const user = new User({ ...row, createdAt, updatedAt });
  const { profileVersion: version, banVersion, bannedAt, endedSessions } = row;
  return {
    state: 'live',
    user,
    version,
    ...(banVersion > 0 && { banVersion }),
    ...((bannedAt !== null || endedSessions.length > 0) && {
      revocations: { bannedAt, endedSessions },
    }),
  };
}

function toNumberOrNull(value: unknown): number | null {
  return value === null ? null : Number(value);
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
  /**
   * The highest version that can be true, in milliseconds since the epoch; a stored one above it
   * counts as 0.
   */
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
 * - `exact` marks a real `updated_at`, which advances the version even if the profile is the same;
 * - `rebanned`: the ban is due to change (`changesBan` in core), whatever becomes of the profile;
 * - `set_config` names the source to the trigger that writes the journal, for this transaction alone.
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
      ${sql.placeholder('banned')}::boolean as banned,
      ${sql.placeholder('maxVersion')}::bigint as max_version,
      ${nameSource()}`);

  const compared = db.$with('compared', userColumns).as(sql`
    select
      ${listOf('users')},
      incoming.exact,
      users.deleted_at is null
        and incoming.profile_version > ${plausible(sql`users.profile_version`, sql`incoming.max_version`)} as newer,
      (users.email, users.name, users.image_url)
        is not distinct from (incoming.email, incoming.name, incoming.image_url) as same,
      users.deleted_at is null
        and incoming.exact
        and incoming.banned <> (users.banned_at is not null)
        and incoming.profile_version > ${plausible(sql`users.ban_version`, sql`incoming.max_version`)}
        and (
          not incoming.banned
          or incoming.profile_version >= ${plausible(sql`users.profile_version`, sql`incoming.max_version`)}
        ) as rebanned
    from incoming join users on users.clerk_id = incoming.clerk_id`);

  const existing = db.$with('existing', userColumns).as(sql`
    select *, newer and (exact or not same) or rebanned is true as due from compared`);

  const free = db.$with('free', userColumns).as(sql`
    select users.id from users join existing on existing.id = users.id
    where existing.due
    for no key update of users skip locked`);

  // `excluded` has a ban version only if the profile is exact and says whether the user is banned.
  const newer = sql`excluded.profile_version
    > ${plausible(sql`stored.profile_version`, sql`(select max_version from incoming)`)}`;
  const differs = sql`(stored.email, stored.name, stored.image_url)
    is distinct from (excluded.email, excluded.name, excluded.image_url)`;
  const knowsBan = sql`excluded.ban_version
    > ${plausible(sql`stored.ban_version`, sql`(select max_version from incoming)`)}`;
  const rebanned = sql`(
    ${knowsBan}
    and (excluded.banned_at is null) <> (stored.banned_at is null)
    and (
      excluded.banned_at is null
      or excluded.profile_version
        >= ${plausible(sql`stored.profile_version`, sql`(select max_version from incoming)`)}
    ))`;
  const written = db.$with('written', userColumns).as(sql`
    insert into users as stored
      (id, clerk_id, email, name, image_url, profile_version, banned_at, ban_version)
    select
      id, clerk_id, email, name, image_url, profile_version,
      case when exact and banned then to_timestamp(profile_version / 1000.0) end,
      case when exact and banned is not null then profile_version else 0 end
    from incoming
    where not exists (select from existing) or exists (select from free)
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
    where stored.deleted_at is null
      and (
        ${newer} and ((select exact from incoming) or ${differs})
        or ${rebanned}
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
        when exists (select from existing where not newer) then 'stale'
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
  users.bannedAt,
  users.banVersion,
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
  const clerkId = sql`${sql.identifier(source)}.clerk_id`;
  return sql.join(
    [
      ...storedColumns.map((column) => {
        const value = sql`${sql.identifier(source)}.${sql.identifier(column.name)}`;
        return column.dataType === 'date'
          ? sql`${epochMs(value)} as ${sql.identifier(column.name)}`
          : value;
      }),
      sql`${endedSessionsOf(clerkId)} as ended_sessions`,
    ],
    sql`, `,
  );
}

/** The setting through which statements name their source to the journal's trigger. */
const sourceSetting = 'clerk_sync.source';

/** Local to the transaction: nothing stays behind on a pooled connection. */
function nameSource(): SQL {
  return sql`set_config('${sql.raw(sourceSetting)}', ${sql.placeholder('source')}::text, true) as source`;
}

/** The form of a local id (RFC 9562, 4), of any version. */
const uuid = z.guid();

/** Users in PostgreSQL, through Drizzle, by prepared statements. */
export class DrizzleUserRepository extends UserRepository {
  private readonly byId;
  private readonly byClerkId;
  private readonly syncStatement;
  private readonly deletion;
  private readonly sessionEnd;
  private readonly turns = new Turns();
  /** Syncs that wait for their turn, by profile. */
  private readonly queuedSyncs = new Map<string, Promise<SyncResult>>();

  /**
   * @param writes tracks whether the database takes writes
   * @param clock decides which versions lie implausibly far in the future
   */
  constructor(
    private readonly db: Database,
    private readonly writes: WriteAccess,
    private readonly clock: Clock = new SystemClock(),
  ) {
    super();
    this.byId = db
      .select(userColumns)
      .from(users)
      .where(eq(users.id, sql.placeholder('id')))
      .prepare('user_by_id');
    this.byClerkId = db
      .select(userColumns)
      .from(users)
      .where(eq(users.clerkId, sql.placeholder('clerkId')))
      .prepare('user_by_clerk_id');
    this.syncStatement = prepareSync(db);
    this.deletion = prepareDeletion(db);
    this.sessionEnd = prepareSessionEnd(db);
  }

  override async findById(id: string): Promise<User | null> {
    // PostgreSQL would refuse the statement: no row has such an id.
    if (!uuid.safeParse(id).success) return null;
    const stored = await attempting(this.db, async () => {
      const [row] = await this.byId.execute({ id });
      return row === undefined ? null : toStoredUser(row);
    });
    return stored?.state === 'live' ? stored.user : null;
  }

  override findByClerkId(clerkId: string): Promise<StoredUser | null> {
    return attempting(this.db, async () => {
      const [row] = await this.byClerkId.execute({ clerkId });
      return row === undefined ? null : toStoredUser(row);
    });
  }

  override sync(profile: Profile, source: EventSource = 'sql'): Promise<SyncResult> {
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
   * syncs run two statements at most. One that runs already is not shared: its snapshot may be older
   * than a change that was committed before this call.
   */
  private syncByStatement(profile: Profile, source: EventSource): Promise<SyncResult> {
    const key = JSON.stringify(profile);
    const queued = this.queuedSyncs.get(key);
    if (queued !== undefined) return queued.then(repeated);
    const turn = { isQueued: true };
    const dequeue = (): void => {
      if (turn.isQueued) this.queuedSyncs.delete(key);
      turn.isQueued = false;
    };
    const sync = this.syncInTurn(profile, source, dequeue).finally(dequeue);
    if (turn.isQueued) this.queuedSyncs.set(key, sync);
    return sync;
  }

  /** @param onStart called once, when the statement's turn has come */
  private async syncInTurn(
    profile: Profile,
    source: EventSource,
    onStart: () => void,
  ): Promise<SyncResult> {
    const { version, banned = null, ...person } = profile;
    const values = {
      ...person,
      id: randomUUID(),
      version: version.at,
      exact: version.exact,
      banned,
      source,
      maxVersion: this.clock.now() + maxVersionLead,
    };
    const statement = async (): Promise<SyncResult | undefined> => {
      const [row] = await this.syncStatement.execute(values);
      if (row === undefined || row.outcome === 'locked') return undefined;
      const { outcome, ...stored } = row;
      const found = toStoredUser(stored);
      if (found.state === 'deleted' || outcome === 'ignored') return { outcome: 'ignored' };
      const { state: _, ...live } = found;
      return { ...live, outcome };
    };
    const result = await this.inTurn(profile.clerkId, statement, onStart);
    if (result.outcome === 'created' || result.outcome === 'updated') this.writes.written();
    return result;
  }

  /** PostgreSQL refuses the sync statement on a read-only server even if it would write nothing. */
  private async syncWithoutWriting(profile: Profile): Promise<SyncResult> {
    const stored = await this.findByClerkId(profile.clerkId);
    if (stored === null) throw new StoreReadOnlyError();
    if (stored.state === 'deleted') return { outcome: 'ignored' };
    const decision = decideSync(stored, profile, this.clock.now());
    const { state: _, ...live } = stored;
    const isWrite = decision !== 'unchanged' && decision !== 'stale';
    return { ...live, outcome: isWrite ? 'deferred' : decision };
  }

  private async deleteByStatement(clerkId: string, source: EventSource): Promise<DeletionOutcome> {
    const outcome = await this.inTurn(clerkId, async () => {
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

/** Null: another transaction holds the row, or changed it meanwhile; the statement must run again. */
interface DeletionStatement {
  execute(values: {
    readonly id: string;
    readonly clerkId: string;
    readonly source: EventSource;
  }): Promise<{ outcome: DeletionOutcome | null }[]>;
}

/** Built like the sync's statement: it never waits for a row that another transaction holds. */
function prepareDeletion(db: Database): DeletionStatement {
  const incoming = db.$with('incoming', {}).as(sql`
    select
      ${sql.placeholder('id')}::uuid as id,
      ${sql.placeholder('clerkId')}::text as clerk_id,
      ${nameSource()}`);
  const existing = db.$with('existing', {}).as(sql`
    select users.id, users.deleted_at is null as live
    from users join incoming on incoming.clerk_id = users.clerk_id`);
  const free = db.$with('free', {}).as(sql`
    select users.id from users join existing on existing.id = users.id
    where existing.live
    for no key update of users skip locked`);
  const written = db.$with('written', {}).as(sql`
    insert into users as stored (id, clerk_id, profile_version, deleted_at)
    select id, clerk_id, 0, now() from incoming
    where not exists (select from existing) or exists (select from free)
    on conflict (clerk_id) do update set
      email = null,
      name = null,
      image_url = null,
      banned_at = null,
      ban_version = 0,
      updated_at = greatest(now(), stored.updated_at),
      deleted_at = now()
    where stored.deleted_at is null
    returning stored.id`);
  const deleted = db.$with('deleted', {
    outcome: sql<DeletionOutcome | null>`outcome`.as('outcome'),
  }).as(sql`
    select case
      when exists (select from written) then 'deleted'
      when exists (select from existing where not live) then 'ignored'
    end as outcome`);
  return db
    .with(incoming, existing, free, written, deleted)
    .select()
    .from(deleted)
    .prepare('delete_user');
}

interface SessionEndStatement {
  execute(values: { readonly clerkId: string; readonly sessionId: string }): Promise<unknown>;
}

/** Stores the session, and deletes some of those whose tokens have all expired. */
function prepareSessionEnd(db: Database): SessionEndStatement {
  const expired = db.$with('expired', {}).as(sql`
    delete from ended_sessions where (clerk_id, session_id) in (
      select clerk_id, session_id from ended_sessions
      where ended_at < now() - interval '25 hours'
      limit 100
      for update skip locked)`);
  return db
    .with(expired)
    .insert(endedSessions)
    .values({ clerkId: sql.placeholder('clerkId'), sessionId: sql.placeholder('sessionId') })
    .onConflictDoNothing()
    .prepare('end_session');
}
