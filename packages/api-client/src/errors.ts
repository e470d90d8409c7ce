import type { ValidationIssue } from '@populatte/contracts';

/**
 * Above all errors of the client. None holds a token or a value of an answer's data. A caller's
 * abort is not among them: the call then rejects with the signal's own reason.
 */
export class ApiClientError extends Error {
  override readonly name: string = 'ApiClientError';
}

/** An error answer. Its `code` is any string: a newer API may have codes unknown here. */
export class ApiError extends ApiClientError {
  override readonly name: string = 'ApiError';
  constructor(
    message: string,
    readonly code: string,
    readonly status: number,
    /** Finds the request in the API's logs. */
    readonly requestId: string | undefined,
    /** What was wrong with the input; empty unless the code is `validation_failed`. */
    readonly issues: readonly ValidationIssue[],
  ) {
    super(message);
  }
}

/** A 401 that no fresh token mends; `code` says why. */
export class UnauthenticatedError extends ApiError {
  override readonly name = 'UnauthenticatedError';
}

/** `getToken()` gave no token: nobody is signed in, and nothing was sent. */
export class NotSignedInError extends ApiClientError {
  override readonly name = 'NotSignedInError';
}

/** No answer for want of a network, from the API or from `getToken()`; see `cause`. */
export class NetworkError extends ApiClientError {
  override readonly name = 'NetworkError';
}

/** `timeoutMs` or `tokenTimeoutMs` ran out. */
export class TimeoutError extends ApiClientError {
  override readonly name = 'TimeoutError';
}

/** An input or an answer that does not fit the endpoint's contract. */
export class ContractError extends ApiClientError {
  override readonly name = 'ContractError';
}
