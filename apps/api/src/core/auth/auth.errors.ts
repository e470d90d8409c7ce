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

/** Which check refused a token; finer than the code, and for the operator's log alone. */
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
  | 'user_deleted'
  | 'user_unknown';

/** What a refused token says, for the log line of its request. Bounded, without personal data. */
export interface SeenClaims {
  readonly iss?: string;
  readonly azp?: string;
  /** The claim that the check is about, where there is one of several. */
  readonly claim?: string;
  /** Whether the token's signature was checked; otherwise anybody may have written the claims. */
  readonly verified: boolean;
}

export interface RefusalOptions extends ErrorOptions {
  /** Default: the code. */
  readonly reason?: RefusalReason;
  readonly seen?: SeenClaims;
}

/** The request does not prove who it comes from, or comes from someone who is no longer a user. */
export class AuthenticationError extends DomainError<AuthenticationErrorCode> {
  readonly reason: RefusalReason | AuthenticationErrorCode;
  /** Absent where no token could be read. */
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

/** Tokens cannot be verified now, since the signing keys cannot be loaded. */
export class AuthUnavailableError extends UnavailableError<'auth_unavailable'> {
  readonly code = 'auth_unavailable';
}
