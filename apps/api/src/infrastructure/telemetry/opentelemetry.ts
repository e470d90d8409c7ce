/**
 * The only file that loads OpenTelemetry, and only `startTracing` loads it. Spans are started by hand:
 * instrumentations patch every module that they know while it loads, and record addresses and statements
 * including the data in them (ADR 12).
 */
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  context,
  diag,
  DiagLogLevel,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-node';
import type {
  ArrivedRequest,
  RequestSpan,
  RequestTracer,
  SpanIds,
} from '../../core/request-tracing.js';
import { version } from '../../core/version.js';
import type { TracingSettings } from '../config/tracing.schema.js';
import { base } from './logger.js';
import type { ActiveTracing } from './tracing.js';

/** Longest time that a shutdown waits for the collector, in milliseconds. */
const flushTimeoutMs = 1_000;

/**
 * Starts tracing. Spans are queued (2,048 at most; further ones are dropped) and exported in the
 * background, so a collector that is slow or gone does not delay requests. The SDK and the exporters read
 * OpenTelemetry's variables.
 */
export function startOpenTelemetry({ protocol }: TracingSettings): ActiveTracing {
  const exporter = new ReportingExporter(
    protocol === 'http/json' ? new JsonExporter() : new ProtobufExporter(),
  );
  const own = resourceFromAttributes({
    'service.name': base.service,
    'service.version': version,
    'host.name': hostname(),
    'process.pid': process.pid,
  });
  const provider = new NodeTracerProvider({
    // OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME come last, so they take precedence.
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  provider.register();
  reportDroppedSpans(exporter);
  const tracer = provider.getTracer(base.service, version);
  return {
    tracer,
    requests: new OpenTelemetryRequests(tracer),
    active: () => {
      const span = trace.getActiveSpan();
      return span === undefined ? null : idsOf(span);
    },
    onFailure: (listener) => {
      exporter.listener = listener;
    },
    stop: async () => {
      // The exporter reports its failures; spans lost at the end do not delay the stop.
      const flushed = provider.shutdown().catch(() => undefined);
      await Promise.race([flushed, sleep(flushTimeoutMs)]);
    },
  };
}

/** The queue reports spans that it drops to OpenTelemetry's own log, and nowhere else. */
function reportDroppedSpans(exporter: ReportingExporter): void {
  const ignore = (): void => undefined;
  const warn = (message: string): void => {
    if (message.startsWith('Dropped ')) exporter.listener(new Error(message));
  };
  diag.setLogger(
    { verbose: ignore, debug: ignore, info: ignore, warn, error: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

/** Continues the caller's trace (`traceparent`), or starts one. */
class OpenTelemetryRequests implements RequestTracer {
  constructor(private readonly tracer: Tracer) {}

  start({ requestId, method, route, headers }: ArrivedRequest): RequestSpan {
    const parent = propagation.extract(ROOT_CONTEXT, headers);
    const attributes = {
      'http.request.method': method,
      ...(route !== null && { 'http.route': route }),
      'populatte.request_id': requestId,
    };
    const name = route === null ? method : `${method} ${route}`;
    const span = this.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    const inSpan = trace.setSpan(parent, span);
    return {
      ids: idsOf(span),
      run: (work) => {
        context.with(inSpan, work);
      },
      end: ({ status, outcome, isAborted }) => {
        span.setAttributes({
          'http.response.status_code': status,
          ...(outcome !== null && { 'populatte.outcome': outcome }),
          ...(isAborted && { 'error.type': 'aborted' }),
        });
        // A client's error is not the server's (OpenTelemetry, “HTTP spans”).
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }
}

function idsOf(span: Span): SpanIds {
  const { traceId, spanId } = span.spanContext();
  return { traceId, spanId };
}

/** OpenTelemetry's `ExportResultCode.SUCCESS`. */
const successCode = 0;

/** Reports lost spans to the log, because OpenTelemetry itself does not. */
class ReportingExporter implements SpanExporter {
  listener: (cause: unknown) => void = () => undefined;

  constructor(private readonly exporter: SpanExporter) {}

  export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    this.exporter.export(spans, (result) => {
      const { code, error }: { readonly code: number; readonly error?: Error } = result;
      if (code !== successCode) this.listener(error);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.();
  }
}
