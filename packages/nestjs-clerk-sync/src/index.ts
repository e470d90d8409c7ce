export { ClerkSync, type ReconcileUsersOptions } from './clerk-sync.js';
export {
  ClerkSyncModule,
  type ClerkSyncAsyncOptions,
  type ClerkSyncOptionsFactory,
} from './clerk-sync.module.js';
export type { ClerkSyncExtras } from './providers/tokens.js';
export { ClerkSyncOptionsError, type ClerkSyncOptions } from './options.js';
export { Clock, SystemClock } from './core/clock.js';
export {
  AuthenticationError,
  AuthUnavailableError,
  DomainError,
  StoreReadOnlyError,
  SyncUnavailableError,
  UnavailableError,
  WebhookInvalidError,
  type AuthenticationErrorCode,
  type RefusalReason,
  type SeenClaims,
  type WebhookRefusalReason,
} from './core/errors.js';
export { InfrastructureLog } from './core/log.js';
export type {
  HoldReason,
  ReconcileCounts,
  ReconcileProgress,
  ReconcileResult,
} from './core/reconcile/reconciliation.js';
export type { RecordedUserEvent, UserEventType } from './core/recorded-user-event.js';
export type { Profile, ProfileVersion } from './core/profile.js';
export {
  SyncMetrics,
  type AuthenticationOutcome,
  type CacheOutcome,
  type CountedOutcome,
  type CountedWebhook,
  type CountedWebhookOutcome,
  type SyncSource,
} from './core/sync-metrics.js';
export type { Span, SpanAttributes, Tracer } from './core/tracer.js';
export {
  UserRepository,
  type DeletionOutcome,
  type StoredUser,
  type SyncResult,
} from './core/user.repository.js';
export {
  clerkUserColumns,
  clerkUserConstraints,
  type ClerkUserRow,
  type ClerkUserTable,
} from './infrastructure/postgres/clerk-columns.js';
export { clerkSyncSql } from './infrastructure/postgres/clerk-sync-sql.js';
export { createConnectionPool } from './infrastructure/postgres/connection-pool.js';
export {
  endedSessions,
  userEventDeliveries,
  userEventHandlers,
  userEvents,
  webhookReceipts,
} from './infrastructure/postgres/sync.tables.js';
export type { Transaction } from './infrastructure/postgres/transaction.js';
export { ClerkAuthGuard } from './presentation/clerk-auth.guard.js';
export { CurrentUser, Public } from './presentation/decorators.js';
export { OnUserEvent, type OnUserEventOptions } from './on-user-event.js';
export { EraseUserData } from './erase-user-data.js';
export { ClerkSyncException } from './presentation/exceptions.js';
export { provideUseCase } from './provide.js';
