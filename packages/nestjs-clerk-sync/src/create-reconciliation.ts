import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './core/clock.js';
import { SyncUnavailableError } from './core/errors.js';
import { ProfileApplier } from './core/reconcile/apply-profiles.js';
import { ReconcileUsersUseCase } from './core/reconcile/reconcile-users.js';
import type { SyncMetrics } from './core/sync-metrics.js';
import { DeleteUserUseCase } from './core/sync-user.use-case.js';
import type { UserRepository } from './core/user.repository.js';
import { ClerkUserList } from './infrastructure/clerk/clerk-user-list.js';
import type { ClerkUserTable } from './infrastructure/postgres/clerk-columns.js';
import { createOwnDatabase, type Database } from './infrastructure/postgres/database.js';
import { isRowRefused } from './infrastructure/postgres/database-error.js';
import { sizeOf } from './infrastructure/postgres/pool-settings.js';
import { PostgresLocalUsers } from './infrastructure/postgres/postgres-local-users.js';
import { PostgresReconciliationStore } from './infrastructure/postgres/postgres-reconciliation-store.js';

/**
 * Half of what Clerk allows, in requests per second: 1,000 in 10 s with live keys, 100 with test
 * keys.
 */
const halfOfLimit = { live: 50, test: 5 } as const;

/** Maximum number of concurrent writes. */
const maxConcurrency = 8;

export interface ReconciliationOptions {
  readonly clerk: {
    readonly secretKey: string;
    readonly apiUrl: string;
    readonly issuer: string;
  };
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
  readonly db: Database;
  /** The application's table. */
  readonly table: ClerkUserTable;
  readonly users: UserRepository<unknown>;
  readonly metrics: SyncMetrics;
  readonly clock: Clock;
  /** Maximum number of requests to Clerk per second. Default: half of Clerk's limit. */
  readonly ratePerSecond?: number;
  /** Receives messages for the operator, such as about a wait that Clerk asked for. */
  readonly onWait?: (message: string) => void;
  /** Receives the error of a database that is unavailable or read-only, when work is first retried. */
  readonly onOutage?: (error: Error) => void;
}

/** Assembles reconciliation from Clerk's Backend API and PostgreSQL. */
export function createReconciliation({
  clerk,
  fetch: send = fetch,
  db,
  table,
  users,
  metrics,
  clock,
  ratePerSecond,
  onWait = () => undefined,
  onOutage = () => undefined,
}: ReconciliationOptions): ReconcileUsersUseCase {
  // It may count millions of users. Shorter than the minute within which statements are retried.
  const local = new PostgresLocalUsers(createOwnDatabase(db.$client, 25_000), table);
  const limit = clerk.secretKey.startsWith('sk_live_') ? halfOfLimit.live : halfOfLimit.test;
  return new ReconcileUsersUseCase({
    clerk: new ClerkUserList({
      ...clerk,
      fetch: send,
      ratePerSecond: ratePerSecond ?? limit,
      now: () => clock.now(),
      sleep,
      onWait,
    }),
    local,
    profiles: new ProfileApplier(users, local, metrics, clock),
    deletion: new DeleteUserUseCase(users),
    store: new PostgresReconciliationStore(createOwnDatabase(db.$client)),
    metrics,
    clock,
    owner: randomUUID(),
    concurrency: Math.min(maxConcurrency, sizeOf(db.$client)),
    sleep,
    // A row that the table refuses stays refused.
    isOutage: (error): error is SyncUnavailableError =>
      error instanceof SyncUnavailableError && !isRowRefused(error.cause),
    onOutage,
  });
}
