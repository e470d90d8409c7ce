import { DomainError } from '../domain-error.js';
import { UnavailableError } from '../unavailable-error.js';

/** Why a request is not authenticated. */
export type AuthenticationErrorCode =
  | 'token_missing'
  | 'token_expired'
  | 'token_not_active'
  | 'token_invalid'
  | 'session_pending'
  | 'user_deleted'
  | 'user_unknown';

/** The request does not prove who it comes from, or comes from someone who is no longer a user. */
export class AuthenticationError extends DomainError<AuthenticationErrorCode> {
  constructor(
    readonly code: AuthenticationErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Tokens cannot be verified now, since the signing keys cannot be loaded. */
export class AuthUnavailableError extends UnavailableError<'auth_unavailable'> {
  readonly code = 'auth_unavailable';
}
