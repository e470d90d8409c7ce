import type { SeenClaims } from './errors.js';

/** Why a token was refused, and the claims that the operator compares with the settings. */
export interface LoggedRefusal {
  readonly reason: string;
  readonly seen: SeenClaims | undefined;
}

/** One answered request, without personal data: no header, query, body or user id. */
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
  /** Only of a request that authentication refused. */
  readonly refusal: LoggedRefusal | null;
}

/** Records requests. */
export abstract class RequestLog {
  /** Records an answer. */
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
