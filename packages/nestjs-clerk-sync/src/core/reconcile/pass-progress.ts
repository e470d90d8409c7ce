import type { Applied } from './apply-profiles.js';
import type { ListedUser } from './clerk-users.js';
import { type ReconcileDependencies, retrying } from './reconcile-dependencies.js';
import {
  noCounts,
  type ReconcileCounts,
  type ReconcileOptions,
  type ReconcileProgress,
  type Run,
} from './reconciliation.js';
import { SeenIds } from './seen-ids.js';

/** What a pass has done so far: the users that it has seen, its counts, and the position it stored. */
export class PassProgress {
  /** Users that Clerk's list has. */
  readonly seen = new SeenIds();
  counts: ReconcileCounts = noCounts;
  /** When the position was stored last, by the monotonic clock, in milliseconds. */
  storedAt = 0;
  private resumedAt: number | null = null;
  private earlierRequests = 0;

  constructor(
    private readonly needs: ReconcileDependencies,
    private readonly options: ReconcileOptions,
    private readonly onProgress: (progress: ReconcileProgress) => void,
    private readonly save: (run: Run) => Promise<void> | void,
  ) {}

  get isResumed(): boolean {
    return this.resumedAt !== null;
  }

  /** Requests to Clerk, including those before an interruption. */
  get requests(): number {
    return this.needs.clerk.requests + this.earlierRequests;
  }

  /** Continues an interrupted run. */
  resume({ counts, requests }: Run): void {
    this.counts = counts;
    this.resumedAt = counts.scanned;
    this.earlierRequests = requests;
  }

  /** @returns when the oldest row of these users was created; null if none had one */
  async applyPage(page: readonly ListedUser[]): Promise<number | null> {
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
  async applyUnlisted(users: readonly ListedUser[]): Promise<void> {
    const { created, updated } = await this.apply(users);
    this.count({ created, updated });
  }

  private apply(users: readonly ListedUser[]): Promise<Applied> {
    return this.needs.profiles.apply(users, {
      dryRun: this.options.dryRun === true,
      concurrency: this.needs.concurrency,
      retrying: (work) => retrying(this.needs, work),
    });
  }

  /** Stores the run's position, from which the next process resumes. */
  async store(run: Run): Promise<void> {
    await this.save({ ...run, counts: this.counts, requests: this.requests });
    this.storedAt = this.needs.clock.monotonic();
  }

  count(more: Partial<ReconcileCounts>): void {
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

  report(phase: ReconcileProgress['phase'], done: number, total: number | null): void {
    const { counts, resumedAt } = this;
    this.onProgress({ phase, done, total, counts, resumedAt });
  }
}
