/** Identifies a span in log lines (W3C Trace Context, in lower-case hexadecimal digits). */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** A request whose headers have arrived. */
export interface ArrivedRequest {
  readonly requestId: string;
  readonly method: string;
  /** The route's pattern; null if no route matched. */
  readonly route: string | null;
  /** By lower-case name. The caller's `traceparent` is among them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The span of one request. */
export interface RequestSpan {
  readonly ids: SpanIds;
  /** Runs work whose spans, including later ones, become children of this one. */
  run(work: () => void): void;
  end(answer: {
    readonly status: number;
    /** The same data as in the request's log line. */
    readonly outcome: string | null;
    /** Whether the caller disconnected before the response was sent. */
    readonly isAborted: boolean;
  }): void;
}

/** Starts the spans of requests. */
export interface RequestTracer {
  /** @returns a span that continues the caller's trace */
  start(request: ArrivedRequest): RequestSpan;
}

/** The tracer of requests; null while tracing is off. Type and injection token in one. */
export class RequestTracing {
  constructor(readonly tracer: RequestTracer | null) {}
}
