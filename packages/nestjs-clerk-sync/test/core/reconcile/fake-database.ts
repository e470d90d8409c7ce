import type { Clock } from '../../../src/core/clock.js';
import { SyncUnavailableError } from '../../../src/core/errors.js';
import type { Profile } from '../../../src/core/profile.js';
import type { ClerkInstance } from '../../../src/core/reconcile/clerk-users.js';
import { type LocalRow, LocalUsers } from '../../../src/core/reconcile/local-users.js';
import {
  type AcquiredLease,
  type FinishedRun,
  type Position,
  type ReconcileOptions,
  type ReconcileResult,
  ReconciliationStore,
  type Run,
} from '../../../src/core/reconcile/reconciliation.js';
import type {
  DeletionOutcome,
  EventSource,
  SyncResult,
} from '../../../src/core/user.repository.js';
import { InMemoryUserRepository } from '../../support/in-memory-user.repository.js';

/** Shared by all statements: they fail as often as a test requires, and are recorded. */
export class FakeDatabase {
  readonly statements: string[] = [];
  /** How many statements fail from now on. */
  readonly failures = new Map<string, number>();

  constructor(readonly clock: Clock) {}

  /** @throws SyncUnavailableError if the database is unavailable for this statement */
  run(statement: string): void {
    const left = this.failures.get(statement) ?? 0;
    this.failures.set(statement, left - 1);
    if (left > 0) throw new SyncUnavailableError('The database is away.', 1);
    this.statements.push(statement);
  }
}

/** Users with a creation time. Writes are recorded as `a by reconcile`. */
export class FakeUsers extends InMemoryUserRepository {
  readonly createdAt = new Map<string, number>();
  readonly synced: string[] = [];
  readonly deleted: string[] = [];

  constructor(private readonly database: FakeDatabase) {
    super();
  }

  /** Adds a row, with its id as the name. */
  add(clerkId: string, given: Partial<Profile> = {}, createdAt = 1): void {
    const clerkUser = { clerkId, email: null, name: clerkId, imageUrl: null };
    void super.sync({ ...clerkUser, version: { at: 1, exact: true }, ...given });
    this.createdAt.set(clerkId, createdAt);
  }

  override async sync(profile: Profile, source?: EventSource): Promise<SyncResult> {
    this.database.run('sync');
    this.synced.push(`${profile.clerkId} by ${source}`);
    if (!this.createdAt.has(profile.clerkId)) {
      this.createdAt.set(profile.clerkId, this.database.clock.now());
    }
    return super.sync(profile);
  }

  override async markDeleted(clerkId: string, source?: EventSource): Promise<DeletionOutcome> {
    this.database.run('markDeleted');
    this.deleted.push(`${clerkId} by ${source}`);
    return super.markDeleted(clerkId);
  }
}

/** The same users in bulk. */
export class FakeLocalUsers extends LocalUsers {
  constructor(
    private readonly database: FakeDatabase,
    private readonly users: FakeUsers,
  ) {
    super();
  }

  override async findRows(ids: readonly string[]): Promise<ReadonlyMap<string, LocalRow>> {
    this.database.run('findRows');
    const rows = new Map<string, LocalRow>();
    for (const id of ids) {
      const compared = await this.users.findByClerkId(id);
      const createdAt = this.users.createdAt.get(id) ?? 0;
      if (compared !== null) rows.set(id, { compared, createdAt });
    }
    return rows;
  }

  override async countLive(createdBefore: number): Promise<number> {
    this.database.run('countLive');
    return (await this.live(createdBefore)).length;
  }

  override async livePage(
    after: string | null,
    createdBefore: number,
    limit: number,
  ): Promise<readonly string[]> {
    this.database.run('livePage');
    const ids = (await this.live(createdBefore)).filter((id) => after === null || id > after);
    return ids.slice(0, limit);
  }

  private async live(createdBefore: number): Promise<string[]> {
    const ids: string[] = [];
    for (const [id, createdAt] of this.users.createdAt) {
      const row = createdAt < createdBefore ? await this.users.findByClerkId(id) : null;
      if (row?.state === 'live') ids.push(id);
    }
    return ids.sort();
  }
}

/** A lease of three seconds, by the test's clock. */
export class FakeStore extends ReconciliationStore {
  override readonly renewEveryMs = 1_000;
  run: Run | null = null;
  /** Each save, such as `listing b`, by the user at its position; `lease` if it had no position. */
  readonly saves: string[] = [];
  recorded: ClerkInstance | null = { issuer: 'x', instanceId: 'ins_one', keyIds: [] };
  holder: { readonly owner: string; readonly until: number } | null = null;
  private finished: FinishedRun | null = null;

  constructor(private readonly database: FakeDatabase) {
    super();
  }

  override async instance(): Promise<ClerkInstance | null> {
    this.database.run('instance');
    return Promise.resolve(this.recorded);
  }

  override async recordInstance(recorded: ClerkInstance): Promise<void> {
    this.database.run('recordInstance');
    this.recorded = recorded;
    return Promise.resolve();
  }

  override async now(): Promise<number> {
    this.database.run('now');
    return Promise.resolve(this.database.clock.now());
  }

  override async acquire(owner: string): Promise<AcquiredLease | null> {
    this.database.run('acquire');
    if (this.holder !== null && this.holder.until > this.monotonic()) return null;
    this.hold(owner);
    const { run, finished } = this;
    return Promise.resolve({ run, finished, now: this.database.clock.now() });
  }

  override async finishedRuns(): Promise<number> {
    this.database.run('finishedRuns');
    return Promise.resolve(this.finished?.number ?? 0);
  }

  override async save(owner: string, run?: Run): Promise<boolean> {
    this.database.run('save');
    this.saves.push(run === undefined ? 'lease' : nameOf(run.position));
    if (this.holder?.owner !== owner) return false;
    this.hold(owner);
    if (run !== undefined) this.run = run;
    return Promise.resolve(true);
  }

  override async finish(
    _owner: string,
    options: ReconcileOptions,
    result: ReconcileResult,
    interrupted: Run | null,
  ): Promise<void> {
    this.database.run('finish');
    this.finished = { number: (this.finished?.number ?? 0) + 1, options, result };
    this.run = interrupted;
    this.holder = null;
    return Promise.resolve();
  }

  override async release(): Promise<void> {
    this.database.run('release');
    this.holder = null;
    return Promise.resolve();
  }

  private hold(owner: string): void {
    this.holder = { owner, until: this.monotonic() + 3_000 };
  }

  private monotonic(): number {
    return this.database.clock.monotonic();
  }
}

function nameOf(position: Position): string {
  const at = position.phase === 'listing' ? position.cursor.startingAfter : position.after;
  return `${position.phase} ${at}`;
}
