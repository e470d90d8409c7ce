import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Clock, SystemClock } from '../../core/clock.js';
import { StoreReadOnlyError } from '../../core/errors.js';
import { InFlight } from '../../core/in-flight.js';
import { KeyedQueue } from '../../core/keyed-queue.js';
import { isSameProfile, maxVersionLead, type Profile } from '../../core/profile.js';
import { decideSync } from '../../core/sync-rule.js';
import {
  type DeletionOutcome,
  type EventSource,
  repeated,
  resultOf,
  type StoredUser,
  type SyncResult,
  UserRepository,
} from '../../core/user.repository.js';
import type { ClerkUserTable } from './clerk-columns.js';
import type { Database } from './database.js';
import { isRowRefused } from './database-error.js';
import { prepareSessionEnd } from './ended-sessions.js';
import type { Erasers } from './erasers.js';
import { assertRowVisible } from './hidden-row.js';
import { PackedRow, type ReadRow } from './packed-row.js';
import { PackedStatement } from './packed-statement.js';
import { qualifiedClerkId, selectionOf } from './row-expressions.js';
import { retryTimes, unavailable, withRetries } from './statement-retries.js';
import { statementName } from './statement-name.js';
import { readStoredUser, toStoredUser, type UserMapping } from './stored-user.js';
import { prepareCreation, prepareSync, syncOutcome, type SyncValues } from './sync-statement.js';
import { eraseAndDelete, prepareDeletion, restoreTombstone } from './tombstones.js';
import type { WriteAccess } from './write-access.js';

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
  private readonly writeQueue = new KeyedQueue();
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
    this.byId = byId.prepare(statementName('user_by_id', byId));
    const packed = this.row.expression((column) => column, qualifiedClerkId(table));
    const byClerkId = db
      .select({ clerkSyncRow: packed.as('clerk_sync_row'), ...this.row.others })
      .from(table)
      .where(eq(table.clerkId, sql.placeholder('clerkId')));
    this.byClerkId = new PackedStatement<{ clerkId: string }>(
      db.$client,
      this.row,
      byClerkId,
      statementName('user_by_clerk_id', byClerkId),
    );
    this.creation = prepareCreation(db, table, this.row);
    this.syncStatement = prepareSync(db, table);
    this.deletion = prepareDeletion(db, table);
    this.sessionEnd = prepareSessionEnd(db);
  }

  override async findById(id: string): Promise<Entity | null> {
    // PostgreSQL would refuse the statement: no row has such an id.
    if (!uuid.safeParse(id).success) return null;
    const stored = await withRetries(this.db, async () => {
      const [row] = await this.byId.execute({ id });
      return row === undefined ? null : readStoredUser(row, this.mapping);
    });
    return stored?.state === 'live' ? stored.user : null;
  }

  override findByClerkId(clerkId: string): Promise<StoredUser<Entity> | null> {
    return withRetries(this.db, async () => {
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
        await withRetries(this.db, () => this.sessionEnd.execute({ clerkId, sessionId }));
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
    const reportsBan = version.exact && banned !== null;
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
      bannedAt: reportsBan && banned ? version.at : null,
      banVersion: reportsBan ? version.at : 0,
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
    values: SyncValues,
    profile: Profile,
  ): Promise<SyncResult<Entity> | undefined> {
    return this.creation
      .execute(values)
      .then((row) =>
        row === undefined
          ? undefined
          : this.decided(this.storedUser(row), syncOutcome.parse(row.outcome), profile),
      );
  }

  private storedUser({ row, endedSessions }: ReadRow): StoredUser<Entity> {
    return toStoredUser(row, endedSessions, this.mapping);
  }

  /** @returns undefined if the sync statement must run, or run again */
  private synced(
    [row]: readonly Record<string, unknown>[],
    profile: Profile,
  ): SyncResult<Entity> | undefined {
    if (row === undefined) return undefined;
    const outcome = syncOutcome.parse(row['clerkSyncOutcome']);
    if (outcome === undefined || outcome === 'locked') return undefined;
    return this.decided(readStoredUser(row, this.mapping), outcome, profile);
  }

  private decided(
    stored: StoredUser<Entity>,
    outcome: z.output<typeof syncOutcome>,
    profile: Profile,
  ): SyncResult<Entity> | undefined {
    if (outcome === undefined || outcome === 'locked') return undefined;
    if (stored.state === 'deleted' || outcome === 'ignored') return { outcome: 'ignored' };
    if (outcome !== 'found') return resultOf(stored, outcome);
    const decision = decideSync(stored, profile, this.clock.now());
    const isDone = decision === 'unchanged' || decision === 'stale';
    return isDone ? resultOf(stored, decision) : undefined;
  }

  /** PostgreSQL refuses the sync statement on a read-only server even if it would write nothing. */
  private async syncWithoutWriting(profile: Profile): Promise<SyncResult<Entity>> {
    const stored = await this.findByClerkId(profile.clerkId);
    if (stored === null) throw new StoreReadOnlyError();
    if (stored.state === 'deleted') return { outcome: 'ignored' };
    const decision = decideSync(stored, profile, this.clock.now());
    const isWrite = decision !== 'unchanged' && decision !== 'stale';
    return resultOf(stored, isWrite ? 'deferred' : decision);
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
    return this.writeQueue.run(
      clerkId,
      () => {
        onStart();
        return withRetries(this.db, statement, () =>
          assertRowVisible(this.db.$client, this.mapping.users, clerkId),
        ).catch(explainRefusal);
      },
      retryTimes.total,
      () => unavailable(new Error('Earlier writes of the same user took too long.')),
    );
  }
}

/** @throws SyncUnavailableError if the table refuses the row: a webhook is redelivered until it does not */
function explainRefusal(error: unknown): never {
  throw isRowRefused(error) ? unavailable(error) : error;
}
