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
} from './core/errors.js';
export { InfrastructureLog } from './core/log.js';
export { SyncMetrics, type CountedOutcome, type SyncSource } from './core/sync-metrics.js';
export { User } from './core/user.entity.js';
export {
  UserRepository,
  type DeletionOutcome,
  type StoredUser,
  type SyncResult,
} from './core/user.repository.js';
export { createConnectionPool } from './infrastructure/postgres/connection-pool.js';
export { endedSessions, userEvents, users } from './infrastructure/postgres/users.table.js';
export { ClerkAuthGuard } from './presentation/clerk-auth.guard.js';
export { CurrentUser, Public } from './presentation/decorators.js';
export { provideUseCase } from './provide-use-case.js';
