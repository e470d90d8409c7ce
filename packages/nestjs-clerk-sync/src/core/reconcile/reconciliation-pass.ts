import { ClerkListing } from './clerk-listing.js';
import { type ClerkInstance, isSameInstance } from './clerk-users.js';
import { MissingUsers } from './missing-users.js';
import { PassProgress } from './pass-progress.js';
import { type ReconcileDependencies, retrying } from './reconcile-dependencies.js';
import {
  type HoldReason,
  noCounts,
  type ReconcileOptions,
  type ReconcileProgress,
  type ReconcileResult,
  type Run,
} from './reconciliation.js';

/** Interrupted runs that began longer ago are not resumed: users have changed since. */
const maxRunAge = 24 * 60 * 60 * 1000;

/**
 * One pass over all users, by the process that holds the lease: applies the pages of Clerk's list,
 * then looks for local users that Clerk does not have, and deletes them if that is allowed.
 */
export class ReconciliationPass {
  private readonly progress: PassProgress;
  private readonly listing: ClerkListing;
  private readonly missing: MissingUsers;

  constructor(
    private readonly needs: ReconcileDependencies,
    private readonly options: ReconcileOptions,
    onProgress: (progress: ReconcileProgress) => void,
    save: (run: Run) => Promise<void> | void,
  ) {
    this.progress = new PassProgress(needs, options, onProgress, save);
    this.listing = new ClerkListing(needs.clerk, this.progress);
    this.missing = new MissingUsers(needs, options, this.progress);
  }

  /**
   * @param interrupted the stored run, if there is one
   * @param now the database's clock, in milliseconds since the epoch
   */
  async run(interrupted: Run | null, now: number): Promise<ReconcileResult> {
    const { clerk, clock, local, store } = this.needs;
    const { listing, progress } = this;
    const startedAt = clock.monotonic();
    const instance = await clerk.instance();
    const recorded = await retrying(this.needs, () => store.instance());
    const isOther = recorded !== null && !isSameInstance(recorded, instance);
    const finish = (heldBackBecause: HoldReason | null, notListed = 0): ReconcileResult => ({
      ...progress.counts,
      heldBackBecause,
      isOtherInstance: isOther,
      notListed,
      requests: progress.requests,
      durationMs: Math.round(clock.monotonic() - startedAt),
      resumed: progress.isResumed,
      shared: false,
    });
    if (isOther && this.options.deleteMissing === true) {
      progress.count({ heldBack: await retrying(this.needs, () => local.countLive(now)) });
      return finish('other instance');
    }
    const run = this.resumable(interrupted, instance, now) ?? (await this.begin(instance, now));
    if (this.options.since !== undefined) {
      await listing.applyRecent(this.options.since);
      return finish(null);
    }
    const listed = await listing.apply(run);
    if (!isOther && (listed.overlaps || listed.liveUsers === 0)) {
      await this.record(recorded, instance);
    }
    let notListed = await listing.countNotListed(listed);
    const mayListAgain = !progress.isResumed && !progress.seen.isFull;
    if (notListed > 0 && mayListAgain) {
      await listing.applyAgain(listed);
      notListed = await listing.countNotListed(listed);
    }
    const hold = this.findHold(listed, recorded, notListed);
    return finish(await this.missing.handle(listed, hold), notListed);
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
    this.progress.resume(interrupted);
    return interrupted;
  }

  private async begin(instance: ClerkInstance, startedAt: number): Promise<Run> {
    return {
      instance,
      startedAt,
      liveUsers: await retrying(this.needs, () => this.needs.local.countLive(startedAt)),
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

  private async record(recorded: ClerkInstance | null, instance: ClerkInstance): Promise<void> {
    if (this.options.dryRun === true) return;
    if (JSON.stringify(recorded) === JSON.stringify(instance)) return;
    await retrying(this.needs, () => this.needs.store.recordInstance(instance));
  }

  private findHold(run: Run, recorded: ClerkInstance | null, notListed: number): HoldReason | null {
    if (run.liveUsers === 0) return null;
    if (this.progress.counts.scanned === 0) return 'empty listing';
    if (notListed > 0) return 'short listing';
    const isUnproven =
      recorded === null || (recorded.instanceId === null && recorded.keyIds.length === 0);
    return isUnproven && !run.overlaps ? 'unproven instance' : null;
  }
}
