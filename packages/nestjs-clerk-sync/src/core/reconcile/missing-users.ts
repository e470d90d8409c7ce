import type { PassProgress } from './pass-progress.js';
import { type ReconcileDependencies, retrying } from './reconcile-dependencies.js';
import type { HoldReason, ListedRun, ReconcileOptions } from './reconciliation.js';

/** Local users per query. */
const localPageSize = 1_000;

/** Interval between writes of the position, in milliseconds. */
const storeEvery = 2_000;

/**
 * Candidates to remember beyond the maximum number of deletions, so that late entries of Clerk's
 * list are found.
 */
const spareCandidates = 1_000;

/** Candidates to look up individually, even if fewer may be deleted. */
const minConfirmed = 100;

/** Finds live local users that Clerk does not have, and deletes them if that is allowed. */
export class MissingUsers {
  constructor(
    private readonly needs: ReconcileDependencies,
    private readonly options: ReconcileOptions,
    private readonly progress: PassProgress,
  ) {}

  /** @returns why deletions were held back; null if none was */
  async handle(begun: ListedRun, hold: HoldReason | null): Promise<HoldReason | null> {
    const mayDelete = this.options.deleteMissing === true;
    if (hold === 'empty listing') {
      const missing = await retrying(this.needs, () => this.needs.local.countLive(begun.startedAt));
      this.progress.count({ missing, heldBack: mayDelete ? missing : 0 });
      return mayDelete ? hold : null;
    }
    const maxDeletions =
      this.options.maxDeletions ?? Math.max(1, Math.floor(begun.liveUsers / 100));
    const { candidates, further } = await this.findCandidates(begun, maxDeletions);
    const confirmed = await this.confirm(candidates, maxDeletions);
    const missing = confirmed.length + further;
    this.progress.count({ missing });
    if (!mayDelete || this.options.dryRun === true) return null;
    const reason =
      hold ?? (this.progress.counts.deleted + missing > maxDeletions ? 'too many' : null);
    if (reason === null) await this.delete(confirmed);
    else this.progress.count({ heldBack: missing });
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
      const ids = await retrying(this.needs, () =>
        local.livePage(after, run.startedAt, localPageSize),
      );
      const unseen = ids.filter((id) => !this.progress.seen.has(id));
      const lacking: string[] = [];
      for (let at = 0; at < unseen.length; at += clerk.batchSize) {
        const batch = unseen.slice(at, at + clerk.batchSize);
        const found = await clerk.findMany(batch);
        await this.progress.applyUnlisted(found);
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
      const isDue = this.needs.clock.monotonic() - this.progress.storedAt > storeEvery;
      if (isDue && further === 0) await this.progress.store(run);
      this.progress.report('missing', checked, begun.liveUsers);
    }
    if (further === 0) await this.progress.store(run);
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
    const rows = this.progress.isResumed
      ? await retrying(this.needs, () => this.needs.local.findRows(candidates))
      : null;
    for (const [at, clerkId] of candidates.entries()) {
      if (rows?.get(clerkId)?.compared.state === 'deleted') {
        this.progress.count({ deleted: 1 });
        continue;
      }
      if (confirmed.length > Math.max(maxDeletions, minConfirmed))
        return [...confirmed, ...candidates.slice(at)];
      const user = await this.needs.clerk.find(clerkId);
      if (user === null) confirmed.push(clerkId);
      else await this.progress.applyUnlisted([user]);
      this.progress.report('confirming', at + 1, candidates.length);
    }
    return confirmed;
  }

  private async delete(missing: readonly string[]): Promise<void> {
    for (const [at, clerkId] of missing.entries()) {
      const outcome = await retrying(this.needs, () =>
        this.needs.deletion.execute(clerkId, 'reconcile'),
      );
      this.needs.metrics.count('reconcile', outcome);
      this.progress.count({ deleted: 1 });
      this.progress.report('deleting', at + 1, missing.length);
    }
  }
}
