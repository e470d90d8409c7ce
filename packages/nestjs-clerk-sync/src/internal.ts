/**
 * Exports that this repository's API and benchmarks use in addition to the public interface. They
 * may change in any release.
 */
export { AuthenticateRequestUseCase } from './core/authenticate-request.use-case.js';
export { KeyedQueue } from './core/keyed-queue.js';
export { ProfileDirectory } from './core/profile-directory.js';
export type { Profile } from './core/profile.js';
export type { ReconcileUsersUseCase } from './core/reconcile/reconcile-users.js';
export type { ReconcileOptions, ReconciliationStore } from './core/reconcile/reconciliation.js';
export { isSameInstance } from './core/reconcile/clerk-users.js';
export { ReceiveWebhookUseCase } from './core/receive-webhook.use-case.js';
export { SessionVerifier, type VerifiedSession } from './core/session-verifier.js';
export {
  DeleteUserUseCase,
  EndSessionUseCase,
  SyncUserUseCase,
} from './core/sync-user.use-case.js';
export { inSpan } from './core/tracer.js';
export { WebhookReceipts } from './core/webhook-receipts.js';
export { WebhookVerifier } from './core/webhook-verifier.js';
export { withDeadline } from './core/with-deadline.js';
export { NoMetrics } from './core/sync-metrics.js';
export { ClerkUserList } from './infrastructure/clerk/clerk-user-list.js';
export { createReconciliation } from './create-reconciliation.js';
export { CachedSessionVerifier } from './infrastructure/cache/cached-session-verifier.js';
export { CachedUserRepository } from './infrastructure/cache/cached-user.repository.js';
export { UserChanges } from './infrastructure/cache/user-changes.js';
export { getFromClerk, readJson } from './infrastructure/clerk/clerk-http.js';
export { ClerkProfileDirectory } from './infrastructure/clerk/clerk-profile-directory.js';
export { ClerkWebhookVerifier } from './infrastructure/clerk/clerk-webhook-verifier.js';
export {
  frontendApiOf,
  isSigningSecret,
  keyModeOf,
  publicKeyPem,
} from './infrastructure/clerk/clerk-keys.js';
export { ClerkService } from './infrastructure/clerk/clerk.service.js';
export { profileFromClaims } from './infrastructure/clerk/profile-claims.js';
export {
  JwksSource,
  PemSigningKeys,
  RemoteSigningKeys,
  SigningKeys,
} from './infrastructure/clerk/signing-keys.js';
export { isEncryption, readConnectionUrl } from './infrastructure/postgres/connection-url.js';
export {
  DatabaseClient,
  databaseTimes,
  type Database,
} from './infrastructure/postgres/database.js';
export { DrizzleUserRepository } from './infrastructure/postgres/drizzle-user.repository.js';
export { ListeningConnection } from './infrastructure/postgres/listening-connection.js';
export { PostgresReconciliationStore } from './infrastructure/postgres/postgres-reconciliation.js';
export { PostgresUserChanges } from './infrastructure/postgres/postgres-user-changes.js';
export { userReconciliation } from './infrastructure/postgres/reconciliation.table.js';
export { isConnectionLimit } from './infrastructure/postgres/connection-pool.js';
export {
  isSchemaMissing,
  isStatementMode,
  isUnavailable,
  rootCause,
} from './infrastructure/postgres/database-error.js';
export { retryTimes, withRetries } from './infrastructure/postgres/statement-retries.js';
export { EventHandlers } from './infrastructure/postgres/event-handlers.js';
export { ServerProbe } from './infrastructure/postgres/server-probe.js';
export { inTransaction, type Transaction } from './infrastructure/postgres/transaction.js';
export { toStoredUser } from './infrastructure/postgres/stored-user.js';
export { WriteAccess, writeObstacles } from './infrastructure/postgres/write-access.js';
export { tracedFetch, TracedUserRepository } from './infrastructure/tracing/traced-dependencies.js';
export { answerWithin } from './presentation/answer-within.js';
export { ClerkWebhookController } from './presentation/clerk-webhook.controller.js';
export { bearerToken } from './presentation/bearer-token.js';
export { isPublic } from './presentation/decorators.js';
export { sentHeader } from './presentation/sent-header.js';
export { clerkSyncProblems } from './presentation/exceptions.js';
