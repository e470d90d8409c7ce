/** One answered request. Nothing of it is the person's: no header, query, body or id of theirs. */
export interface AnsweredRequest {
  readonly requestId: string;
  readonly method: string;
  /** The route's pattern; null where no route matched. */
  readonly route: string | null;
  readonly status: number;
  /** What became of it: the sync's outcome, a webhook's, or an error's code. */
  readonly outcome: string | null;
  readonly durationMs: number;
}

/** Where requests are recorded. */
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
