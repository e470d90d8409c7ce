import type { Tracer } from '@populatte/nestjs-clerk-sync';
import { type RequestTracer, RequestTracing, type SpanIds } from '../../core/request-tracing.js';
import type { Environment } from '../config/env.schema.js';

/** The traces of a process with tracing enabled. */
export interface ActiveTracing {
  /** For the module, the pool and commands. */
  readonly tracer: Tracer;
  readonly requests: RequestTracer;
  /** @returns the span that runs now; null outside of any */
  readonly active: () => SpanIds | null;
  /** @param listener called when spans could not be exported; they are lost */
  readonly onFailure: (listener: (cause: unknown) => void) => void;
  /** Exports the remaining spans, for a second at most. */
  readonly stop: () => Promise<void>;
}

/** The process's traces; `active` is null while tracing is off. Type and injection token in one. */
export class Tracing extends RequestTracing {
  constructor(readonly active: ActiveTracing | null) {
    super(active?.requests ?? null);
  }
}

/** Milliseconds between two warnings: a collector that is down loses spans every few seconds. */
const warningInterval = 60_000;

/** Warns at most once a minute while spans are lost. */
export function reportLostSpans(
  { onFailure }: ActiveTracing,
  warn: (message: string, cause: unknown) => void,
): void {
  let warnedAt = Number.NEGATIVE_INFINITY;
  onFailure((cause) => {
    const now = performance.now();
    if (now - warnedAt < warningInterval) return;
    warnedAt = now;
    warn(
      'Traces could not be exported and are lost; requests are not affected. Check OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS and the collector.',
      cause,
    );
  });
}

/**
 * Loads OpenTelemetry and starts tracing, if the environment enables it. Otherwise nothing is
 * loaded.
 */
export async function startTracing({ tracing }: Pick<Environment, 'tracing'>): Promise<Tracing> {
  if (tracing === null) return new Tracing(null);
  const { startOpenTelemetry } = await import('./opentelemetry.js');
  return new Tracing(startOpenTelemetry(tracing));
}
