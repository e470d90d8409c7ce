import { LRUCache } from 'lru-cache';
import type { Clock } from '../../core/clock.js';
import { isSameProfile, type Profile } from '../../core/profile.js';
import { NoMetrics, type SyncMetrics } from '../../core/sync-metrics.js';
import { decideSync } from '../../core/sync-rule.js';
import type { User } from '../../core/user.entity.js';
import {
  rareMembersOf,
  repeated,
  resultOf,
  UserRepository,
  type DeletionOutcome,
  type EventSource,
  type StoredUser,
  type SyncResult,
} from '../../core/user.repository.js';
import { CoherentLoads, type Load } from './coherent-loads.js';
import type { UserChangeListener, UserChanges } from './user-changes.js';

/** Maximum number of cached users; the least recently used one is evicted. */
const maxUsers = 100_000;

/** A cached row: one flat object per user, because there are many. */
export type CachedRow<Entity> = StoredUser<Entity> & {
  /** When its load started, by the monotonic clock, in whole milliseconds. */
  readonly loadedAt: number;
  /** False once the cache has dropped it: from then on, it may be stale. */
  isCached: boolean;
};

export interface UserCacheOptions {
  /**
   * Maximum age of a row while notifications are not proven to arrive, in milliseconds; 0 disables
   * the cache during that time.
   */
  readonly maxAgeMs: number;
  readonly clock: Clock;
  /** Default: nothing is counted. */
  readonly metrics?: SyncMetrics;
}

/**
 * Caches rows, so a request whose profile changes nothing costs no round trip: it applies the sync
 * rule to the cached row, and queries the database only if a write is needed or the row is not
 * cached.
 *
 * While notifications are proven to arrive, rows are served until they are invalidated; otherwise for
 * at most `maxAgeMs` from the start of their load. A load that a notification invalidates is not
 * cached.
 */
export class CachedUserRepository<Entity = User>
  extends UserRepository<Entity>
  implements UserChangeListener
{
  private readonly rows = new LRUCache<string, CachedRow<Entity>>({
    max: maxUsers,
    dispose: (row) => {
      row.isCached = false;
    },
  });
  private readonly syncs: CoherentLoads<SyncResult<Entity>, Profile>;
  private readonly lookups: CoherentLoads<StoredUser<Entity> | null>;
  private readonly maxAgeMs: number;
  private readonly clock: Clock;
  private readonly metrics: SyncMetrics;

  /**
   * @param users the store
   * @param changes reports writes by other processes
   */
  constructor(
    private readonly users: UserRepository<Entity>,
    private readonly changes: UserChanges,
    { maxAgeMs, clock, metrics = new NoMetrics() }: UserCacheOptions,
  ) {
    super();
    this.maxAgeMs = maxAgeMs;
    this.clock = clock;
    this.metrics = metrics;
    this.syncs = new CoherentLoads(clock, isSameProfile);
    this.lookups = new CoherentLoads(clock);
    changes.subscribe(this);
  }

  override findById(id: string): Promise<Entity | null> {
    return this.users.findById(id);
  }

  /** @returns undefined if the row must be read */
  find(clerkId: string): CachedRow<Entity> | undefined {
    const row = this.rows.get(clerkId);
    return row !== undefined && this.holds(row) ? row : undefined;
  }

  /** @returns whether a row that `find` returned may still be served */
  holds({ isCached, loadedAt }: CachedRow<Entity>): boolean {
    if (!isCached) return false;
    return this.changes.live || this.clock.monotonic() - loadedAt < this.maxAgeMs;
  }

  /** @returns the result of `findByClerkId` if the row is cached, and otherwise undefined */
  peekByClerkId(clerkId: string): StoredUser<Entity> | undefined {
    const row = this.find(clerkId);
    if (row === undefined) return undefined;
    if (row.state === 'deleted') return { state: 'deleted' };
    const { user, version } = row;
    const rare = rareMembersOf(row);
    return { state: 'live', user, version, ...rare };
  }

  /** @returns the result of `sync` if the row is cached and no write is needed */
  peekSync(profile: Profile): SyncResult<Entity> | undefined {
    const row = this.find(profile.clerkId);
    if (row === undefined) return undefined;
    if (row.state === 'deleted') return { outcome: 'ignored' };
    const decision = decideSync(row, profile, this.clock.now());
    return decision === 'unchanged' || decision === 'stale' ? resultOf(row, decision) : undefined;
  }

  override async findByClerkId(clerkId: string): Promise<StoredUser<Entity> | null> {
    const cached = this.peekByClerkId(clerkId);
    this.metrics.cacheRequested('row', cached === undefined ? 'miss' : 'hit');
    if (cached !== undefined) return cached;
    const key = { clerkId, question: '' };
    const work = (): Promise<StoredUser<Entity> | null> => this.users.findByClerkId(clerkId);
    return this.lookups.run(key, this.maxAge(), work, (stored, load) => {
      if (stored !== null) this.keep(clerkId, stored.state === 'live' ? stored : null, load);
    }).result;
  }

  override sync(profile: Profile, source?: EventSource): Promise<SyncResult<Entity>> {
    const cached = this.peekSync(profile);
    this.metrics.cacheRequested('row', cached === undefined ? 'miss' : 'hit');
    if (cached !== undefined) return Promise.resolve(cached);
    const { clerkId } = profile;
    const key = { clerkId, question: profile };
    const work = (): Promise<SyncResult<Entity>> => this.users.sync(profile, source);
    const load = this.syncs.run(key, this.maxAge(), work, (result, own) => {
      // This process's own writes are also notified, but later.
      const isWritten = result.outcome === 'created' || result.outcome === 'updated';
      // The outcome describes the profile, not the ban.
      if (isWritten || profile.banned !== undefined) this.changed(clerkId);
      this.keep(clerkId, result.outcome === 'ignored' ? null : result, own);
    });
    return load.isShared ? load.result.then(repeated) : load.result;
  }

  override async markDeleted(clerkId: string, source?: EventSource): Promise<DeletionOutcome> {
    try {
      return await this.users.markDeleted(clerkId, source);
    } finally {
      // Also after a failure: the deletion may have been committed and only the response lost.
      this.changed(clerkId);
    }
  }

  override async restore(profile: Profile, source?: EventSource): Promise<boolean> {
    try {
      return await this.users.restore(profile, source);
    } finally {
      this.changed(profile.clerkId);
    }
  }

  override async endSession(clerkId: string, sessionId: string): Promise<void> {
    try {
      await this.users.endSession(clerkId, sessionId);
    } finally {
      this.changed(clerkId);
    }
  }

  changed(clerkId: string): void {
    this.rows.delete(clerkId);
    this.syncs.invalidate(clerkId);
    this.lookups.invalidate(clerkId);
  }

  anythingChanged(): void {
    this.rows.clear();
    this.syncs.invalidateAll();
    this.lookups.invalidateAll();
  }

  /** Maximum age of a row or a running load now, in milliseconds. */
  private maxAge(): number {
    return this.changes.live ? Number.POSITIVE_INFINITY : this.maxAgeMs;
  }

  /** @param row null: that of a deleted user */
  private keep(clerkId: string, row: LiveRow<Entity> | null, load: Load<unknown>): void {
    if (load.isInvalidated || this.maxAge() === 0) return;
    const loadedAt = Math.floor(load.startedAt);
    // A slow load does not replace the result of a later one.
    const known = this.rows.peek(clerkId);
    if (known !== undefined && known.loadedAt > loadedAt) return;
    this.rows.set(clerkId, toCached(row, loadedAt));
  }
}

/** What a load says about a live user. */
type LiveRow<Entity> = Omit<Extract<StoredUser<Entity>, { state: 'live' }>, 'state'>;

/** @param row null: that of a deleted user */
function toCached<Entity>(row: LiveRow<Entity> | null, loadedAt: number): CachedRow<Entity> {
  if (row === null) return { state: 'deleted', loadedAt, isCached: true };
  const { user, version } = row;
  const rare = rareMembersOf(row);
  return rare === undefined
    ? { state: 'live', user, version, loadedAt, isCached: true }
    : { state: 'live', user, version, loadedAt, isCached: true, ...rare };
}
