import { SyncUnavailableError } from '../../../src/core/errors.js';
import { ProfileApplier } from '../../../src/core/reconcile/apply-profiles.js';
import type { ListedUser } from '../../../src/core/reconcile/clerk-users.js';
import { ReconcileUsersUseCase } from '../../../src/core/reconcile/reconcile-users.js';
import type {
  ReconcileOptions,
  ReconcileProgress,
  ReconcileResult,
} from '../../../src/core/reconcile/reconciliation.js';
import { DeleteUserUseCase } from '../../../src/core/sync-user.use-case.js';
import { RecordedSyncMetrics } from '../../support/recorded-sync-metrics.js';
import { FakeClerk, listed } from './fake-clerk.js';
import { FakeDatabase, FakeLocalUsers, FakeStore, FakeUsers } from './fake-database.js';
import { VirtualTime } from './virtual-time.js';

export interface AReconciliation {
  readonly clerk: FakeClerk;
  readonly users: FakeUsers;
  readonly store: FakeStore;
  readonly database: FakeDatabase;
  readonly metrics: RecordedSyncMetrics;
  readonly time: VirtualTime;
  readonly progress: ReconcileProgress[];
  /** The operator's message about an unavailable database. */
  readonly outages: unknown[];
  /** Begins a run in the process with this name, for `time.until()`. */
  readonly start: (
    options?: ReconcileOptions,
    owner?: string,
    stop?: AbortSignal,
  ) => Promise<ReconcileResult>;
  /** Runs until it ends. */
  readonly run: (options?: ReconcileOptions) => Promise<ReconcileResult>;
}

/** @returns reconciliation with fakes of Clerk, of the database, and of time */
export function aReconciliation(clerkUsers: readonly ListedUser[] = []): AReconciliation {
  const time = new VirtualTime();
  const clerk = new FakeClerk([...clerkUsers]);
  const database = new FakeDatabase(time);
  const users = new FakeUsers(database);
  const local = new FakeLocalUsers(database, users);
  const store = new FakeStore(database);
  const metrics = new RecordedSyncMetrics();
  const progress: ReconcileProgress[] = [];
  const outages: unknown[] = [];
  const start: AReconciliation['start'] = (options = {}, owner = 'this process', stop) => {
    const useCase = new ReconcileUsersUseCase({
      clerk,
      local,
      profiles: new ProfileApplier(users, local, metrics, time),
      deletion: new DeleteUserUseCase(users),
      store,
      metrics,
      clock: time,
      owner,
      concurrency: 2,
      sleep: time.sleep,
      isOutage: (error) => error instanceof SyncUnavailableError,
      onOutage: (error) => {
        outages.push(error);
      },
    });
    const onProgress = (now: ReconcileProgress): void => {
      progress.push(now);
    };
    return useCase.execute(options, onProgress, stop);
  };
  const run: AReconciliation['run'] = (options) => time.until(start(options));
  return { clerk, users, store, database, metrics, time, progress, outages, start, run };
}

/** @returns five users, a to e, created at 100, 200, … 500 */
export function fiveUsers(): ListedUser[] {
  return ['a', 'b', 'c', 'd', 'e'].map((id, at) => listed(id, (at + 1) * 100));
}
