export { startClerkLocal, type ClerkLocal, type SessionTokenOptions } from './clerk-local.js';
export type { ClerkLocalOptions } from './options.js';
export { ClerkLocalError, type ClerkLocalErrorCode } from './errors/clerk-local-error.js';
export { ClerkApiError } from './errors/clerk-api-error.js';
export type { UserOperations } from './users/user-operations.js';
export type { EnsureUserInput } from './users/ensure-user.js';
export type { CreateUserInput, UpdateUserInput, UserMetadataInput } from './users/user-input.js';
export type { UserQuery } from './users/user-query.js';
export type { DeletedUser, EmailAddress, User } from './users/user-resource.js';
export type {
  DrainOptions,
  FlushOptions,
  WebhookControls,
  WebhookDelivery,
} from './webhooks/webhook-controls.js';
export type { WebhookEventName, WebhookMode } from './webhooks/webhook-mode.js';
export type { WebhookEventType } from './webhooks/message.js';
export { defaultSessionTokenClaims } from './tokens/claims-template.js';
export { defaultRetryDelaysMs } from './webhooks/retry-schedule.js';
export { mintSessionToken, type MintSessionTokenOptions } from './client/mint-session-token.js';
export { webEnvironment, type WebEnvironmentInput } from './web-environment.js';
