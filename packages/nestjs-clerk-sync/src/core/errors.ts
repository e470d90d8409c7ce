import { acrossCopies } from './across-copies.js';

/**
 * An error that the core throws on purpose. `code` is stable. Clients may see `message`, so it never
 * contains tokens, SQL or personal data.
 */
export abstract class DomainError<Code extends string = string> extends Error {
  abstract readonly code: Code;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A dependency is temporarily unavailable. Never a reason to sign a user out. */
export abstract class UnavailableError<Code extends string = string> extends DomainError<Code> {
  /** @param retryAfterSeconds when to retry, in whole seconds, at least 1 */
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Why a request is not authenticated. */
export type AuthenticationErrorCode =
  | 'token_missing'
  | 'token_expired'
  | 'token_not_active'
  | 'token_invalid'
  | 'session_pending'
  | 'session_ended'
  | 'user_banned'
  | 'user_deleted'
  | 'user_unknown';

/** The check that refused a token: finer than the code, and only for the operator's log. */
export type RefusalReason =
  | 'missing'
  | 'several_tokens'
  | 'form'
  | 'algorithm'
  | 'crit'
  | 'kid'
  | 'signature'
  | 'category'
  | 'issuer'
  | 'claims'
  | 'not_active'
  | 'expired'
  | 'lifetime'
  | 'azp_missing'
  | 'azp_foreign'
  | 'pending'
  | 'session_ended'
  | 'user_banned'
  | 'user_deleted'
  | 'user_unknown';

/** Claims of a refused token, for the log line of its request. Bounded, without personal data. */
export interface SeenClaims {
  readonly iss?: string;
  readonly azp?: string;
  /** The claim that failed, if the check covers several. */
  readonly claim?: string;
  /** Whether the token's signature was checked; otherwise anyone may have written the claims. */
  readonly verified: boolean;
}

export interface RefusalOptions extends ErrorOptions {
  /** Default: the code. */
  readonly reason?: RefusalReason;
  readonly seen?: SeenClaims;
}

/** The request is not authenticated, or its user no longer exists. */
export class AuthenticationError extends DomainError<AuthenticationErrorCode> {
  readonly reason: RefusalReason | AuthenticationErrorCode;
  /** Undefined if no token could be decoded. */
  readonly seen: SeenClaims | undefined;

  constructor(
    readonly code: AuthenticationErrorCode,
    message: string,
    { reason, seen, ...options }: RefusalOptions = {},
  ) {
    super(message, options);
    this.reason = reason ?? code;
    this.seen = seen;
  }
}

/** Tokens cannot be verified now, because the signing keys cannot be loaded. */
export class AuthUnavailableError extends UnavailableError<'auth_unavailable'> {
  readonly code = 'auth_unavailable';
}

/**
 * The local user cannot be synced now: the database, or Clerk's Backend API if it is needed, is
 * unavailable.
 */
export class SyncUnavailableError extends UnavailableError<'sync_unavailable'> {
  readonly code = 'sync_unavailable';
}

/**
 * @param retryAfterSeconds when to retry, in whole seconds, at least 1
 * @returns the error of a dependency that does not work, or is too slow, for a reason that clients
 *   need not know
 */
export function temporarilyUnavailable(
  retryAfterSeconds = 2,
  options?: ErrorOptions,
): SyncUnavailableError {
  return new SyncUnavailableError(
    'The service is temporarily unavailable. Try again shortly; you stay signed in.',
    retryAfterSeconds,
    options,
  );
}

/**
 * A write is due and the database is read-only. It answers reads: users whose rows exist are
 * served.
 */
export class StoreReadOnlyError extends SyncUnavailableError {
  constructor(options?: ErrorOptions) {
    super('The database is read-only right now. Try again later; you stay signed in.', 5, options);
  }
}

/** The part of a webhook that was refused. */
export type WebhookRefusalReason = 'headers' | 'timestamp' | 'signature' | 'body';

/** A webhook that redelivery cannot fix. */
export class WebhookInvalidError extends DomainError<'webhook_invalid'> {
  readonly code = 'webhook_invalid';

  constructor(
    message: string,
    readonly reason: WebhookRefusalReason,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

acrossCopies({
  DomainError,
  UnavailableError,
  AuthenticationError,
  AuthUnavailableError,
  SyncUnavailableError,
  StoreReadOnlyError,
  WebhookInvalidError,
});
