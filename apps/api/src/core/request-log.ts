import type { SpanIds } from './request-tracing.js';

/** Claims of a refused token. Bounded, without personal data. */
export interface LoggedClaims {
  readonly iss?: string;
  readonly azp?: string;
  /** The claim that failed, if the check covers several. */
  readonly claim?: string;
  /** Whether the token's signature was checked; otherwise anyone may have written the claims. */
  readonly verified: boolean;
}

/**
 * The reason why a token was refused, and the claims that the operator compares with the settings.
 */
export interface LoggedRefusal {
  readonly reason: string;
  readonly seen: LoggedClaims | undefined;
}

/** A webhook that was refused or failed. If it is not authentic, its sender chose id and type. */
export interface LoggedWebhook {
  readonly svixId?: string;
  readonly eventType?: string;
  /** The part that was refused. */
  readonly reason?: string;
}

/** One answered request, without personal data: no header, query or body. */
export interface AnsweredRequest {
  readonly requestId: string;
  /** Null if the HTTP parser refused the request before it was known. */
  readonly method: string | null;
  /** The route's pattern; null if no route matched. */
  readonly route: string | null;
  readonly status: number;
  /** The outcome of the sync or webhook, or the error's code. */
  readonly outcome: string | null;
  /** Null if the HTTP parser refused the request: its start is unknown. */
  readonly durationMs: number | null;
  /** The impersonator's Clerk id; absent unless the session is an impersonation. */
  readonly actor?: string;
  /**
   * The local id of an authenticated user. For counting only; a request's log line does not contain
   * it.
   */
  readonly userId?: string;
  /** Only for a request that authentication refused. */
  readonly refusal: LoggedRefusal | null;
  /** Only for a webhook that was refused or failed. */
  readonly webhook?: LoggedWebhook;
  /** The request's span; absent if it has none. */
  readonly span?: SpanIds;
}

/** Records requests. */
export abstract class RequestLog {
  /** Records an answered request. */
  abstract answered(request: AnsweredRequest): void;

  /** Records why a request ended in a 5xx. */
  abstract failed(failure: {
    readonly requestId: string;
    readonly code: string;
    /** Whether a dependency failed, rather than this program. */
    readonly unavailable: boolean;
    readonly cause: unknown;
  }): void;
}
