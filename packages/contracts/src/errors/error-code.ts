/**
 * The codes that the API answers with, in problem details' `code`. A client must tolerate codes
 * that it does not know: on the wire a code is any string.
 */
export const errorCodes = [
  'token_missing',
  'token_expired',
  'token_not_active',
  'token_invalid',
  'session_pending',
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
