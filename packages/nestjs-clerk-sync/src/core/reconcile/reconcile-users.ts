import { DomainError } from '../errors.js';
import { type ReconcileDependencies, retrying } from './reconcile-dependencies.js';
import {
  type AcquiredLease,
  noCounts,
  type ReconcileOptions,
  type ReconcileProgress,
  type ReconcileResult,
  type Run,
} from './reconciliation.js';
import { ReconciliationPass } from './reconciliation-pass.js';
import { throwIfStopped, unlessStopped } from './stop.js';

/** Interval between checks whether another process is still working, in milliseconds. */
const pollEvery = 500;

/** Another process took over, because the lease could not be renewed in time. */
export class ReconciliationLostError extends DomainError<'reconciliation_lost'> {
  readonly code = 'reconciliation_lost';

  constructor() {
    super(
      'Another process took over the reconciliation, because this one could not renew its lease in time. Nothing is lost: run it again to see the result.',
    );
  }
}

/**
 * Brings all local users in line with Clerk: applies every profile that Clerk's Backend API lists,
 * and finds local users that Clerk does not have. Safe during live traffic. One process works at a
 * time; the position is stored after each page, so that the next run resumes an interrupted one.
 */
export class ReconcileUsersUseCase {
  constructor(private readonly needs: ReconcileDependencies) {}

  /**
   * @param onProgress called after each page
   * @param stop releases the lease when it is aborted, so that the next run does not have to wait
   * @throws ClerkUnavailableError if Clerk is not responding or rejects the key
   * @throws SyncUnavailableError if the database is unavailable
   * @throws ReconciliationLostError when another process took over
   * @throws ReconciliationStoppedError when `stop` was aborted
   */
  async execute(
    options: ReconcileOptions = {},
    onProgress: (progress: ReconcileProgress) => void = () => undefined,
    stop: AbortSignal = new AbortController().signal,
  ): Promise<ReconcileResult> {
    // Work that waits for Clerk notices the stop at its next step.
    const report = (progress: ReconcileProgress): void => {
      onProgress(progress);
      throwIfStopped(stop);
    };
    return options.dryRun === true
      ? unlessStopped(stop, this.compare(options, report))
      : this.runWithLease(options, report, stop);
  }

  private async compare(
    options: ReconcileOptions,
    onProgress: (progress: ReconcileProgress) => void,
  ): Promise<ReconcileResult> {
    const pass = new ReconciliationPass(this.needs, options, onProgress, () => undefined);
    return pass.run(null, await this.retrying(() => this.needs.store.now()));
  }

  private async runWithLease(
    options: ReconcileOptions,
    onProgress: (progress: ReconcileProgress) => void,
    stop: AbortSignal,
  ): Promise<ReconcileResult> {
    const { store, owner, sleep } = this.needs;
    let waitedSince: number | null = null;
    for (;;) {
      const lease = await this.retrying(() => {
        throwIfStopped(stop);
        return store.acquire(owner);
      });
      if (lease === null) {
        waitedSince ??= await this.retrying(() => store.finishedRuns());
        onProgress({ phase: 'waiting', done: 0, total: null, counts: noCounts, resumedAt: null });
        await unlessStopped(stop, sleep(pollEvery));
        continue;
      }
      const { finished } = lease;
      if (waitedSince !== null && finished !== null && finished.number > waitedSince) {
        if (isSameWork(finished.options, options)) {
          await store.release(owner);
          return { ...finished.result, shared: true };
        }
      }
      return this.runHolding(lease, options, onProgress, stop);
    }
  }

  private async runHolding(
    lease: AcquiredLease,
    options: ReconcileOptions,
    onProgress: (progress: ReconcileProgress) => void,
    stop: AbortSignal,
  ): Promise<ReconcileResult> {
    const { store, owner, sleep } = this.needs;
    let isLost = false;
    let isDone = false;
    const save = async (run?: Run): Promise<void> => {
      throwIfStopped(stop);
      if (isLost || !(await this.retrying(() => store.save(owner, run)))) {
        isLost = true;
        throw new ReconciliationLostError();
      }
    };
    const isHolding = (): boolean => !isDone && !isLost;
    const renew = async (): Promise<void> => {
      while (isHolding()) {
        await sleep(store.renewEveryMs);
        // A failure shows up in the next save.
        if (isHolding()) await save().catch(() => undefined);
      }
    };
    void renew();
    try {
      const pass = new ReconciliationPass(this.needs, options, onProgress, save);
      const interruptedRun = options.restart === true ? null : lease.run;
      const result = await unlessStopped(stop, pass.run(interruptedRun, lease.now));
      // A run with `since` stores no position and does not replace a full run.
      const interrupted = options.since === undefined ? null : lease.run;
      await this.retrying(() => store.finish(owner, options, result, interrupted));
      return result;
    } catch (error) {
      // The run's error is reported; a lease that is not released expires.
      await store.release(owner).catch(() => undefined);
      throw error;
    } finally {
      isDone = true;
    }
  }

  private retrying<T>(work: () => Promise<T>): Promise<T> {
    return retrying(this.needs, work);
  }
}

function isSameWork(one: ReconcileOptions, other: ReconcileOptions): boolean {
  return (
    one.deleteMissing === other.deleteMissing &&
    one.maxDeletions === other.maxDeletions &&
    one.since === other.since &&
    one.restart === other.restart
  );
}
