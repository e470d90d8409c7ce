import type { ErrorCode } from '@populatte/contracts';

/** How each code is answered. Exhaustive: a new code does not compile without a line here. */
export const problemMap = {
  token_missing: { status: 401, title: 'Not signed in' },
  token_expired: { status: 401, title: 'Session token expired' },
  token_not_active: { status: 401, title: 'Session token not active yet' },
  token_invalid: { status: 401, title: 'Session token not valid' },
  session_pending: { status: 401, title: 'Session has a task left' },
  user_deleted: { status: 401, title: 'User deleted' },
  user_unknown: { status: 401, title: 'User unknown' },
  webhook_invalid: { status: 400, title: 'Webhook not valid' },
  validation_failed: { status: 400, title: 'Request not valid' },
  not_found: { status: 404, title: 'Not found' },
  payload_too_large: { status: 413, title: 'Payload too large' },
  auth_unavailable: { status: 503, title: 'Authentication unavailable' },
  sync_unavailable: { status: 503, title: 'Account unavailable' },
  internal_error: { status: 500, title: 'Internal error' },
} as const satisfies Record<ErrorCode, { status: number; title: string }>;

/** @returns whether a code is one that the API answers with */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(problemMap, code);
}
