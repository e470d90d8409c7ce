import type { Clock } from '../clock.js';
import type { SyncMetrics } from '../sync-metrics.js';
import type { DeleteUserUseCase } from '../sync-user.use-case.js';
import type { ProfileApplier } from './apply-profiles.js';
import type { ClerkUsers } from './clerk-users.js';
import type { LocalUsers } from './local-users.js';
import type { ReconciliationStore } from './reconciliation.js';

/** While the database is unavailable, in milliseconds. */
const outageTimes = {
  /** Interval between attempts. */
  retry: 500,
  /** How long to keep retrying: a failover takes seconds. */
  total: 60_000,
} as const;

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

/** Runs work again while the database is unavailable. */
export async function retrying<T>(
  { clock, sleep, isOutage, onOutage }: ReconcileDependencies,
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = clock.monotonic();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isOutage(error) || clock.monotonic() - startedAt > outageTimes.total) throw error;
      if (attempt === 1) onOutage(error);
      await sleep(outageTimes.retry);
    }
  }
}
