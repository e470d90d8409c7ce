import type { ValidationIssue } from '@populatte/contracts';

/**
 * The base class of the client's errors. None contains a token or a value from a response. If the
 * caller aborts, the call rejects with the signal's reason instead.
 */
export class ApiClientError extends Error {
  override readonly name: string = 'ApiClientError';
}

/** An error response. Its `code` is any string: a newer API may send codes unknown to this client. */
export class ApiError extends ApiClientError {
  override readonly name: string = 'ApiError';
  constructor(
    message: string,
    readonly code: string,
    readonly status: number,
    /** Finds the request in the API's logs. */
    readonly requestId: string | undefined,
    /** The problems of the input; empty unless the code is `validation_failed`. */
    readonly issues: readonly ValidationIssue[],
    /**
     * How long the API asks to wait (`Retry-After`), in milliseconds; never more than timers
     * support.
     */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** A 401 that ends the session; `code` says why. */
export class UnauthenticatedError extends ApiError {
  override readonly name = 'UnauthenticatedError';
}

/** `getToken()` returned no token: the user is not signed in, and nothing was sent. */
export class NotSignedInError extends ApiClientError {
  override readonly name = 'NotSignedInError';
}

/** The API or `getToken()` could not be reached; see `cause`. */
export class NetworkError extends ApiClientError {
  override readonly name = 'NetworkError';
}

/** `timeoutMs` or `tokenTimeoutMs` elapsed. */
export class TimeoutError extends ApiClientError {
  override readonly name = 'TimeoutError';
}

/** An input that cannot be sent, or a response that violates the endpoint's contract. */
export class ContractError extends ApiClientError {
  override readonly name = 'ContractError';
  constructor(
    message: string,
    /** Finds the request in the API's logs; undefined if nothing was sent. */
    readonly requestId?: string,
  ) {
    super(message);
  }
}
