import type { Clock } from '../clock.js';
import type { DeleteUserUseCase } from '../sync-user.use-case.js';
import type { SyncMetrics } from '../sync-metrics.js';
import type { Applied, ProfileApplier } from './apply-profiles.js';
import {
  type ClerkInstance,
  type ClerkUsers,
  isSameInstance,
  type ListCursor,
  type ListedUser,
  RepeatingListError,
} from './clerk-users.js';
import type { LocalUsers } from './local-users.js';
import {
  type HoldReason,
  noCounts,
  type Position,
  type ReconcileCounts,
  type ReconcileOptions,
  type ReconcileResult,
  type ReconciliationStore,
  type Run,
} from './reconciliation.js';
import { SeenIds } from './seen-ids.js';

/** Local users per query. */
const localPageSize = 1_000;

/** Interrupted runs that began longer ago are not resumed: users have changed since. */
const maxRunAge = 24 * 60 * 60 * 1000;

/** All in milliseconds. */
export const reconcileTimes = {
  /** Interval between checks whether another process is still working. */
  poll: 500,
  /** How long to keep retrying while the database is unavailable. */
  outage: 60_000,
  /** Interval between writes of the position while no page ends. */
  save: 2_000,
  /** Difference between Clerk's clock and the database's that changes nothing. */
  clockSkew: 60_000,
} as const;

/**
 * Candidates to remember beyond the maximum number of deletions, so that late entries of Clerk's
 * list are found.
 */
const spareCandidates = 1_000;

/** Candidates to look up individually, even if fewer may be deleted. */
const minConfirmed = 100;

/** A run that has applied all of Clerk's list. */
type ListedRun = Run & { readonly position: Extract<Position, { phase: 'missing' }> };

/** What a run reports while it works. */
export interface ReconcileProgress {
  readonly phase: 'waiting' | 'listing' | 'missing' | 'confirming' | 'deleting';
  readonly done: number;
  /** Null if unknown. */
  readonly total: number | null;
  readonly counts: ReconcileCounts;
  /** Where the run resumed; null if it started from the beginning. */
  readonly resumedAt: number | null;
}

/** Dependencies of reconciliation. */
export interface ReconcileDependencies {
  readonly clerk: ClerkUsers;
  readonly local: LocalUsers;
  readonly profiles: ProfileApplier;
  readonly deletion: DeleteUserUseCase;
  readonly store: ReconciliationStore;
  readonly metrics: SyncMetrics;
  readonly clock: Clock;
  /** Identifies this process's lease. */
  readonly owner: string;
  /** Maximum number of concurrent writes. */
  readonly concurrency: number;
  /** Sleeps for this many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Whether an error means that the database is temporarily unavailable. */
  readonly isOutage: (error: unknown) => error is Error;
  /** Receives the first failure of each piece of work that is retried, to explain the wait. */
  readonly onOutage: (error: Error) => void;
}

/**
 * One pass over all users, by the process that holds the lease: applies the pages of Clerk's list,
 * then looks for local users that Clerk does not have, and deletes them if that is allowed.
 */
export class ReconciliationPass {
  private readonly seen = new SeenIds();
  private counts: ReconcileCounts = noCounts;
  private earlierRequests = 0;
  private notListed = 0;
  private savedAt = 0;
  private isResumed = false;
  private resumedAt: number | null = null;

  constructor(
    private readonly needs: ReconcileDependencies,
    private readonly options: ReconcileOptions,
    private readonly onProgress: (progress: ReconcileProgress) => void,
    private readonly save: (run: Run) => Promise<void> | void,
  ) {}

  /**
   * @param interrupted the stored run, if there is one
   * @param now the database's clock, in milliseconds since the epoch
   */
  async run(interrupted: Run | null, now: number): Promise<ReconcileResult> {
    const startedAt = this.needs.clock.monotonic();
    const instance = await this.needs.clerk.instance();
    const recorded = await this.retrying(() => this.needs.store.instance());
    const isOther = recorded !== null && !isSameInstance(recorded, instance);
    const finish = (heldBackBecause: HoldReason | null): ReconcileResult => ({
      ...this.counts,
      heldBackBecause,
      isOtherInstance: isOther,
      notListed: this.notListed,
      requests: this.needs.clerk.requests + this.earlierRequests,
      durationMs: Math.round(this.needs.clock.monotonic() - startedAt),
      resumed: this.isResumed,
      shared: false,
    });
    if (isOther && this.options.deleteMissing === true) {
      const live = await this.retrying(() => this.needs.local.countLive(now));
      this.counts = { ...noCounts, heldBack: live };
      return finish('other instance');
    }
    const run = this.resumable(interrupted, instance, now) ?? (await this.begin(instance, now));
    this.earlierRequests = run.requests;
    this.counts = run.counts;
    if (this.options.since !== undefined) {
      await this.applyRecent(this.options.since);
      return finish(null);
    }
    const listed = await this.applyListing(run);
    if (!isOther && (listed.overlaps || listed.liveUsers === 0)) {
      await this.record(recorded, instance);
    }
    await this.countNotListed(listed);
    const mayListAgain = !this.isResumed && !this.seen.isFull;
    if (this.notListed > 0 && mayListAgain) await this.listAgain(listed);
    const hold = this.findHold(listed, recorded);
    return finish(await this.handleMissing(listed, hold));
  }

  private resumable(interrupted: Run | null, instance: ClerkInstance, now: number): Run | null {
    if (
      interrupted === null ||
      this.options.since !== undefined ||
      now - interrupted.startedAt > maxRunAge ||
      !isSameInstance(interrupted.instance, instance)
    ) {
      return null;
    }
    this.isResumed = true;
    this.resumedAt = interrupted.counts.scanned;
    return interrupted;
  }

  private async begin(instance: ClerkInstance, startedAt: number): Promise<Run> {
    return {
      instance,
      startedAt,
      liveUsers: await this.retrying(() => this.needs.local.countLive(startedAt)),
      clerkUsers: this.options.since === undefined ? await this.needs.clerk.count() : 0,
      overlaps: false,
      position: {
        phase: 'listing',
        cursor: { startingAfter: null, createdAfter: null },
        lastCreatedAt: null,
      },
      counts: noCounts,
      requests: 0,
    };
  }

  /** Oldest first, so that users who sign up during the run come last and none is skipped. */
  private async applyListing(begun: Run): Promise<ListedRun> {
    let run = begun;
    let isAfterShortPage = false;
    for (;;) {
      const { position } = run;
      if (position.phase === 'missing') return { ...run, position };
      const { cursor, lastCreatedAt } = position;
      const page = await this.nextPage(cursor, isAfterShortPage);
      if (page === null) {
        // The cursor's user was deleted: continue by time, from its own millisecond on.
        const createdAfter = lastCreatedAt === null ? null : lastCreatedAt - 1;
        run = { ...run, position: { ...position, cursor: { startingAfter: null, createdAfter } } };
        continue;
      }
      if (cursor.startingAfter !== null && page.at(-1)?.clerkId === cursor.startingAfter) {
        throw new RepeatingListError();
      }
      const oldestRow = await this.applyPage(page);
      const overlaps = oldestRow !== null && oldestRow < run.startedAt;
      const last = page.at(-1);
      isAfterShortPage = page.length < this.needs.clerk.pageSize;
      run = {
        ...run,
        overlaps: run.overlaps || overlaps,
        position:
          last === undefined || this.isEnd(page, run)
            ? { phase: 'missing', after: null, candidates: [], isComplete: false }
            : {
                phase: 'listing',
                cursor: { ...cursor, startingAfter: last.clerkId },
                lastCreatedAt: last.createdAt ?? lastCreatedAt,
              },
      };
      await this.store(run);
      this.report('listing', this.counts.scanned, run.clerkUsers);
    }
  }

  /**
   * An empty page ends the list, but not a shorter one: Clerk does not promise that it is the last one.
   * Users who sign up constantly would keep every page from being empty, so a shorter page also ends
   * the list if its last user signed up after the run began.
   */
  private isEnd(page: readonly ListedUser[], { startedAt }: Run): boolean {
    const last = page.at(-1);
    if (last === undefined) return true;
    const isLater = (last.createdAt ?? 0) > startedAt + reconcileTimes.clockSkew;
    return page.length < this.needs.clerk.pageSize && isLater;
  }

  /**
   * An empty page may also mean that the cursor's user no longer exists at Clerk.
   *
   * @param isEndExpected after a short page, an empty one is taken as the end without a further request
   */
  private async nextPage(
    cursor: ListCursor,
    isEndExpected: boolean,
  ): Promise<readonly ListedUser[] | null> {
    const { clerk } = this.needs;
    const page = await clerk.listPage(cursor);
    if (page === null || page.length > 0 || cursor.startingAfter === null) return page;
    if (isEndExpected) return page;
    return (await clerk.find(cursor.startingAfter)) === null ? null : page;
  }

  /**
   * Lists all users once more, after a list that lacked some, and applies those that it lacked. The
   * stored position stays behind the first list. A run that was resumed does not know which users an
   * earlier process applied, so it reports the short list instead.
   */
  private async listAgain(run: ListedRun): Promise<void> {
    const { clerk } = this.needs;
    let cursor: ListCursor = { startingAfter: null, createdAfter: null };
    for (;;) {
      const page = await clerk.listPage(cursor);
      const last = page?.at(-1);
      if (page === null || last === undefined || last.clerkId === cursor.startingAfter) break;
      await this.applyPage(page);
      this.report('listing', this.counts.scanned, run.clerkUsers);
      if (this.isEnd(page, run)) break;
      cursor = { ...cursor, startingAfter: last.clerkId };
    }
    await this.countNotListed(run);
  }

  /** Stops at the first user that changed before. Pages overlap, since deletions shift them. */
  private async applyRecent(since: number): Promise<void> {
    const { clerk } = this.needs;
    const step = clerk.pageSize - Math.ceil(clerk.pageSize / 10);
    let isKnown = false;
    for (let offset = 0; ; offset += step) {
      const page = await clerk.listRecent(offset);
      // A single page without a new user may be the rest of the previous one.
      const wasKnown = isKnown;
      isKnown = page.length > 0 && page.every(({ clerkId }) => this.seen.has(clerkId));
      if (isKnown && wasKnown) throw new RepeatingListError();
      const recent = page.filter(({ profile }) => profile === null || profile.version.at >= since);
      await this.applyPage(recent);
      this.report('listing', this.counts.scanned, null);
      if (recent.length < page.length || page.length === 0) return;
    }
  }

  /** @returns when the oldest row of these users was created; null if none had one */
  private async applyPage(page: readonly ListedUser[]): Promise<number | null> {
    const once = new Map(page.map((user) => [user.clerkId, user])).values();
    const fresh = [...once].filter(({ clerkId }) => !this.seen.has(clerkId));
    const { oldestRow, ...applied } = await this.apply(fresh);
    for (const { clerkId } of fresh) this.seen.add(clerkId);
    this.count({ scanned: fresh.length, ...applied });
    return oldestRow;
  }

  /**
   * Users who were not in the list or were applied by an earlier process; only changes are counted.
   */
  private async applyUnlisted(users: readonly ListedUser[]): Promise<void> {
    const { created, updated } = await this.apply(users);
    this.count({ created, updated });
  }

  private apply(users: readonly ListedUser[]): Promise<Applied> {
    return this.needs.profiles.apply(users, {
      dryRun: this.options.dryRun === true,
      concurrency: this.needs.concurrency,
      retrying: (work) => this.retrying(work),
    });
  }

  private async record(recorded: ClerkInstance | null, instance: ClerkInstance): Promise<void> {
    if (this.options.dryRun === true) return;
    if (JSON.stringify(recorded) === JSON.stringify(instance)) return;
    await this.retrying(() => this.needs.store.recordInstance(instance));
  }

  /** Users may be deleted while they are listed, so Clerk must list at least the smaller of both counts. */
  private async countNotListed(run: Run): Promise<void> {
    const expected = Math.min(run.clerkUsers, await this.needs.clerk.count());
    this.notListed = Math.max(0, expected - this.counts.scanned);
  }

  private findHold(run: Run, recorded: ClerkInstance | null): HoldReason | null {
    if (run.liveUsers === 0) return null;
    if (this.counts.scanned === 0) return 'empty listing';
    if (this.notListed > 0) return 'short listing';
    const isUnproven =
      recorded === null || (recorded.instanceId === null && recorded.keyIds.length === 0);
    return isUnproven && !run.overlaps ? 'unproven instance' : null;
  }

  private async handleMissing(
    begun: ListedRun,
    hold: HoldReason | null,
  ): Promise<HoldReason | null> {
    const mayDelete = this.options.deleteMissing === true;
    if (hold === 'empty listing') {
      const missing = await this.retrying(() => this.needs.local.countLive(begun.startedAt));
      this.count({ missing, heldBack: mayDelete ? missing : 0 });
      return mayDelete ? hold : null;
    }
    const maxDeletions =
      this.options.maxDeletions ?? Math.max(1, Math.floor(begun.liveUsers / 100));
    const { candidates, further } = await this.findCandidates(begun, maxDeletions);
    const confirmed = await this.confirm(candidates, maxDeletions);
    const missing = confirmed.length + further;
    this.count({ missing });
    if (!mayDelete || this.options.dryRun === true) return null;
    const reason = hold ?? (this.counts.deleted + missing > maxDeletions ? 'too many' : null);
    if (reason === null) await this.delete(confirmed);
    else this.count({ heldBack: missing });
    return reason;
  }

  /** Looks up the local users who are not in Clerk's list, in batches. */
  private async findCandidates(
    begun: ListedRun,
    maxDeletions: number,
  ): Promise<{ readonly candidates: readonly string[]; readonly further: number }> {
    const { local, clerk } = this.needs;
    const room = maxDeletions + spareCandidates;
    let run = begun;
    let checked = 0;
    let further = 0;
    while (!run.position.isComplete) {
      const { after, candidates } = run.position;
      const ids = await this.retrying(() => local.livePage(after, run.startedAt, localPageSize));
      const unseen = ids.filter((id) => !this.seen.has(id));
      const lacking: string[] = [];
      for (let at = 0; at < unseen.length; at += clerk.batchSize) {
        const batch = unseen.slice(at, at + clerk.batchSize);
        const found = await clerk.findMany(batch);
        await this.applyUnlisted(found);
        const known = new Set(found.map(({ clerkId }) => clerkId));
        lacking.push(...batch.filter((id) => !known.has(id)));
      }
      const kept = lacking.slice(0, Math.max(0, room - candidates.length));
      further += lacking.length - kept.length;
      checked += ids.length;
      run = {
        ...run,
        position: {
          phase: 'missing',
          after: ids.at(-1) ?? after,
          candidates: [...candidates, ...kept],
          isComplete: ids.length < localPageSize,
        },
      };
      const isDue = this.needs.clock.monotonic() - this.savedAt > reconcileTimes.save;
      if (isDue && further === 0) await this.store(run);
      this.report('missing', checked, begun.liveUsers);
    }
    if (further === 0) await this.store(run);
    return { candidates: run.position.candidates, further };
  }

  /**
   * Looks up each candidate by id, because Clerk's list may lag behind. Stops once more users are
   * missing than may be deleted; the rest then count as missing.
   */
  private async confirm(
    candidates: readonly string[],
    maxDeletions: number,
  ): Promise<readonly string[]> {
    const confirmed: string[] = [];
    // A resumed run may have deleted some of them already.
    const rows = this.isResumed
      ? await this.retrying(() => this.needs.local.findRows(candidates))
      : null;
    for (const [at, clerkId] of candidates.entries()) {
      if (rows?.get(clerkId)?.compared.state === 'deleted') {
        this.count({ deleted: 1 });
        continue;
      }
      if (confirmed.length > Math.max(maxDeletions, minConfirmed))
        return [...confirmed, ...candidates.slice(at)];
      const user = await this.needs.clerk.find(clerkId);
      if (user === null) confirmed.push(clerkId);
      else await this.applyUnlisted([user]);
      this.report('confirming', at + 1, candidates.length);
    }
    return confirmed;
  }

  private async delete(missing: readonly string[]): Promise<void> {
    for (const [at, clerkId] of missing.entries()) {
      const outcome = await this.retrying(() => this.needs.deletion.execute(clerkId, 'reconcile'));
      this.needs.metrics.count('reconcile', outcome);
      this.count({ deleted: 1 });
      this.report('deleting', at + 1, missing.length);
    }
  }

  private async store(run: Run): Promise<void> {
    await this.save({
      ...run,
      counts: this.counts,
      requests: run.requests + this.needs.clerk.requests,
    });
    this.savedAt = this.needs.clock.monotonic();
  }

  private count(more: Partial<ReconcileCounts>): void {
    const sum = (name: keyof ReconcileCounts): number => this.counts[name] + (more[name] ?? 0);
    this.counts = {
      scanned: sum('scanned'),
      created: sum('created'),
      updated: sum('updated'),
      unchanged: sum('unchanged'),
      stale: sum('stale'),
      missing: sum('missing'),
      deleted: sum('deleted'),
      heldBack: sum('heldBack'),
    };
  }

  private report(phase: ReconcileProgress['phase'], done: number, total: number | null): void {
    const { counts, resumedAt } = this;
    this.onProgress({ phase, done, total, counts, resumedAt });
  }

  private retrying<T>(work: () => Promise<T>): Promise<T> {
    return retrying(this.needs, work);
  }
}

/** Retries while the database is unavailable, for a minute: a failover takes seconds. */
export async function retrying<T>(
  { clock, sleep, isOutage, onOutage }: ReconcileDependencies,
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = clock.monotonic();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isOutage(error) || clock.monotonic() - startedAt > reconcileTimes.outage) throw error;
      if (attempt === 1) onOutage(error);
      await sleep(reconcileTimes.poll);
    }
  }
}
