import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Clock } from '../../core/clock.js';
import { maxVersionLead, type Profile } from '../../core/users/profile.js';
import { decideSync } from '../../core/users/sync-rule.js';
import type { User } from '../../core/users/user.entity.js';
import { StoreReadOnlyError } from '../../core/users/user.errors.js';
import {
  UserRepository,
  type DeletionOutcome,
  type StoredUser,
  type SyncResult,
} from '../../core/users/user.repository.js';
import { SystemClock } from '../system-clock.js';
import { attempting, attemptTimes, unavailable } from './attempting.js';
import type { Database } from './database.js';
import { prepareSync } from './sync-statement.js';
import { Turns } from './turns.js';
import { toStoredUser, userColumns } from './user.mapper.js';
import { users } from './users.table.js';
import type { WriteAccess } from './write-access.js';

/** The form of a local id (RFC 9562, 4); of any version. */
const uuid = z.guid();

/** Users in PostgreSQL, through Drizzle, by prepared statements. */
export class DrizzleUserRepository extends UserRepository {
  private readonly byId;
  private readonly byClerkId;
  private readonly syncStatement;
  private readonly deletion;
  private readonly turns = new Turns();

  /**
   * @param writes knows whether the database takes writes
   * @param clock tells which versions cannot be true yet
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

  override sync(profile: Profile): Promise<SyncResult> {
    return this.writes.run(
      () => this.syncByStatement(profile),
      () => this.syncWithoutWriting(profile),
    );
  }

  override markDeleted(clerkId: string): Promise<DeletionOutcome> {
    return this.writes.run(
      () => this.deleteByStatement(clerkId),
      () => this.deleteWithoutWriting(clerkId),
    );
  }

  private async syncByStatement(profile: Profile): Promise<SyncResult> {
    const { version, ...person } = profile;
    const values = {
      ...person,
      id: randomUUID(),
      version: version.at,
      exact: version.exact,
      maxVersion: this.clock.now() + maxVersionLead,
    };
    const result = await this.inTurn<SyncResult>(profile.clerkId, async () => {
      const [row] = await this.syncStatement.execute(values);
      if (row === undefined || row.outcome === 'locked') return undefined;
      const { outcome, ...stored } = row;
      const found = toStoredUser(stored);
      if (found.state === 'deleted' || outcome === 'ignored') return { outcome: 'ignored' };
      return { outcome, user: found.user, version: found.version };
    });
    if (result.outcome === 'created' || result.outcome === 'updated') this.writes.written();
    return result;
  }

  /** PostgreSQL refuses the sync statement on a read-only server even if it would write nothing. */
  private async syncWithoutWriting(profile: Profile): Promise<SyncResult> {
    const stored = await this.findByClerkId(profile.clerkId);
    if (stored === null) throw new StoreReadOnlyError();
    if (stored.state === 'deleted') return { outcome: 'ignored' };
    const decision = decideSync(stored, profile, this.clock.now());
    const { user, version } = stored;
    return decision === 'unchanged' || decision === 'stale'
      ? { outcome: decision, user, version }
      : { outcome: 'deferred', user, version };
  }

  private async deleteByStatement(clerkId: string): Promise<DeletionOutcome> {
    const outcome = await this.inTurn(clerkId, async () => {
      const [row] = await this.deletion.execute({ id: randomUUID(), clerkId });
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
  private inTurn<T>(clerkId: string, statement: () => Promise<T | undefined>): Promise<T> {
    return this.turns.take(
      clerkId,
      () => attempting(this.db, statement),
      attemptTimes.total,
      () => unavailable(new Error('Earlier writes of the same user took too long.')),
    );
  }
}

/** Null: another transaction holds the row, or changed it meanwhile; the statement must run again. */
interface DeletionStatement {
  execute(values: { id: string; clerkId: string }): Promise<{ outcome: DeletionOutcome | null }[]>;
}

/** Built like the sync's statement: it never waits for a row that another transaction holds. */
function prepareDeletion(db: Database): DeletionStatement {
  const incoming = db.$with('incoming', {}).as(sql`
    select ${sql.placeholder('id')}::uuid as id, ${sql.placeholder('clerkId')}::text as clerk_id`);
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
