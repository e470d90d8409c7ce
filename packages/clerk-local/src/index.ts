export {
  startClerkLocal,
  type ClerkLocal,
  type SessionTokenOptions,
} from './server/clerk-local.js';
export type { ClerkLocalOptions } from './server/options.js';
export type { Seed } from './server/seed-schema.js';
export { ClerkLocalError, type ClerkLocalErrorCode } from './domain/shared/clerk-local-error.js';
export { ClerkApiError } from './domain/shared/clerk-api-error.js';
export type { UserOperations } from './domain/users/user-operations.js';
export type { EnsureUserInput } from './domain/users/user-operations.js';
export type {
  CreateUserInput,
  UpdateUserInput,
  UserMetadataInput,
} from './domain/users/user-input.js';
export type { UserQuery } from './domain/users/user-query.js';
export type { EmailAddress } from './domain/users/identification-resources.js';
export type { DeletedUser, User } from './domain/users/user-resource.js';
export type {
  DrainOptions,
  FlushOptions,
  WebhookControls,
  WebhookDelivery,
} from './webhooks/webhook-controls.js';
export type { WebhookEventName, WebhookMode } from './webhooks/webhook-controls.js';
export type { WebhookEventType } from './domain/state/webhook-records.js';
export { defaultSessionTokenClaims } from './domain/sessions/claims-template.js';
export { defaultRetryDelaysMs } from './webhooks/webhook-queue.js';
export { mintSessionToken, type MintSessionTokenOptions } from './client/session-token.js';
export { webEnvironment, type WebEnvironmentInput } from './server/web-environment.js';
