/**
 * Exports that this repository's API and benchmarks use in addition to the public interface. They
 * may change in any release.
 */
export { AuthenticateRequestUseCase } from './core/authenticate-request.use-case.js';
export { KeyedQueue } from './core/keyed-queue.js';
export { ProfileDirectory } from './core/profile-directory.js';
export type { ReconcileOptions, ReconciliationStore } from './core/reconcile/reconciliation.js';
export { isSameInstance } from './core/reconcile/clerk-users.js';
export { SessionVerifier, type VerifiedSession } from './core/session-verifier.js';
export {
  DeleteUserUseCase,
  EndSessionUseCase,
  SyncUserUseCase,
} from './core/sync-user.use-case.js';
export { OncePerMinute } from './core/once-per-minute.js';
export { OncePerReason } from './core/once-per-reason.js';
export { inSpan } from './core/tracer.js';
export { WebhookReceipts } from './core/webhook-receipts.js';
export { withDeadline } from './core/with-deadline.js';
export { NoMetrics } from './core/sync-metrics.js';
export { ClerkUserList } from './infrastructure/clerk/clerk-user-list.js';
export { createReconciliation } from './create-reconciliation.js';
export { CachedSessionVerifier } from './infrastructure/cache/cached-session-verifier.js';
export { CachedUserRepository } from './infrastructure/cache/cached-user.repository.js';
export { UserChanges } from './infrastructure/cache/user-changes.js';
export { getFromClerk, readJson } from './infrastructure/clerk/clerk-http.js';
export {
  frontendApiOf,
  isSigningSecret,
  keyModeOf,
  publicKeyPem,
} from './infrastructure/clerk/clerk-keys.js';
export { ClerkService } from './infrastructure/clerk/clerk.service.js';
export { profileFromClaims } from './infrastructure/clerk/profile-claims.js';
export { SigningKeys } from './infrastructure/clerk/signing-keys.js';
export {
  isEncryption,
  parseConnectionUrl,
  readConnectionUrl,
} from './infrastructure/postgres/connection-url.js';
export {
  DatabaseClient,
  databaseTimes,
  type Database,
} from './infrastructure/postgres/database.js';
export { DrizzleUserRepository } from './infrastructure/postgres/drizzle-user.repository.js';
export { ListeningConnection } from './infrastructure/postgres/listening-connection.js';
export { PostgresReconciliationStore } from './infrastructure/postgres/postgres-reconciliation-store.js';
export { PostgresUserChanges } from './infrastructure/postgres/postgres-user-changes.js';
export { userReconciliation } from './infrastructure/postgres/reconciliation.table.js';
export { isConnectionLimit } from './infrastructure/postgres/connect-errors.js';
export {
  isSchemaMissing,
  isStatementMode,
  isUnanswered,
  isUnavailable,
  rootCause,
} from './infrastructure/postgres/database-error.js';
export { retryTimes, withRetries } from './infrastructure/postgres/statement-retries.js';
export { EventHandlers } from './infrastructure/postgres/event-handlers.js';
export { ServerProbe } from './infrastructure/postgres/server-probe.js';
export { inTransaction } from './infrastructure/postgres/transaction.js';
export { toStoredUser } from './infrastructure/postgres/stored-user.js';
export { WriteAccess, writeObstacles } from './infrastructure/postgres/write-access.js';
export { tracedFetch } from './infrastructure/tracing/traced-dependencies.js';
export { ClerkWebhookController } from './presentation/clerk-webhook.controller.js';
export { bearerToken } from './presentation/bearer-token.js';
export { isPublic } from './presentation/decorators.js';
export { sentHeader } from './presentation/sent-header.js';
export { clerkSyncProblems } from './presentation/exceptions.js';
