/**
 * The values of `code` in the API's problem details. Clients must tolerate unknown codes: on the
 * wire a code is any string.
 */
export const errorCodes = [
  'token_missing',
  'token_expired',
  'token_not_active',
  'token_invalid',
  'session_pending',
  'session_ended',
  'user_banned',
  'user_deleted',
  'user_unknown',
  'webhook_invalid',
  'validation_failed',
  'not_found',
  'payload_too_large',
  'auth_unavailable',
  'sync_unavailable',
  'internal_error',
] as const;

export type ErrorCode = (typeof errorCodes)[number];
