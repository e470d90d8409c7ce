import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@populatte/process-kit';
import { z } from 'zod';

/** The caller's trace, as a browser's SDK sends it. */
export const traceId = (n: number): string => n.toString(16).padStart(32, 'a');
export const callersSpan = 'b7ad6b7169203331';
export const traceparent = (id: string): string => `00-${id}-${callersSpan}-01`;

const attribute = z.object({
  key: z.string(),
  value: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** OTLP over HTTP in JSON (OpenTelemetry protocol, “JSON Protobuf Encoding”): ids are hexadecimal. */
const otlpSpan = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  attributes: z.array(attribute).default([]),
  status: z.object({ code: z.number().optional() }).default({}),
});
const otlpRequest = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(otlpSpan) })),
    }),
  ),
});

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A span as the collector got it. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: number;
  readonly failed: boolean;
  readonly attributes: Attributes;
  readonly resource: Attributes;
}

/** The content of one request. */
interface Export {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A collector of OTLP over HTTP. */
export class TraceCollector {
  readonly exports: Export[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TraceCollector> {
    const collector: TraceCollector = new TraceCollector(
      await listen((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { url: path = '', headers } = request;
          collector.exports.push({ path, headers, body: Buffer.concat(chunks) });
          response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
        });
      }),
    );
    return collector;
  }

  /** A collector that accepts requests and never answers. */
  static async silent(): Promise<TraceCollector> {
    return new TraceCollector(await listen(() => undefined));
  }

  /** A collector that takes this long for each export, in milliseconds. */
  static async slow(delayMs: number): Promise<TraceCollector> {
    return new TraceCollector(
      await listen((_request, response) => {
        setTimeout(() => response.end('{}'), delayMs);
      }),
    );
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** The variables of a program that exports to it in JSON, with short delays. */
  get environment(): Record<string, string> {
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: this.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    };
  }

  /** Everything that arrived, as one text. */
  get text(): string {
    return this.exports.map(({ body }) => body.toString('latin1')).join('\n');
  }

  get spans(): CollectedSpan[] {
    return this.exports.flatMap(({ body }) =>
      otlpRequest
        .parse(JSON.parse(body.toString('utf8')))
        .resourceSpans.flatMap(({ resource, scopeSpans }) =>
          scopeSpans.flatMap(({ spans }) =>
            spans.map(({ parentSpanId, attributes, status, ...span }) => ({
              ...span,
              parentSpanId: parentSpanId === '' ? undefined : parentSpanId,
              failed: status.code === 2,
              attributes: attributesOf(attributes),
              resource: attributesOf(resource.attributes),
            })),
          ),
        ),
    );
  }

  /** @returns the trace, once its root or its outermost span (of this name) has arrived */
  async trace(outermost: string, traceId?: string): Promise<Trace> {
    const isIt = (span: CollectedSpan): boolean =>
      span.name === outermost && (traceId === undefined || span.traceId === traceId);
    const found = await until(`a span ${outermost} arrives`, () => this.spans.find(isIt), 30_000);
    // Children end before their parents, so they are in the same export or an earlier one.
    return new Trace(
      found,
      this.spans.filter((span) => span.traceId === found.traceId),
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** The spans of one trace. */
export class Trace {
  constructor(
    readonly outermost: CollectedSpan,
    readonly spans: readonly CollectedSpan[],
  ) {}

  /** @returns the names, indented by depth, in the order of the parents' arrival */
  get tree(): readonly string[] {
    return this.below(this.outermost, 0);
  }

  /** @throws Error unless there is exactly one span of this name */
  span(name: string): CollectedSpan {
    const [found, ...others] = this.spans.filter((span) => span.name === name);
    if (found === undefined || others.length > 0) {
      throw new Error(`Not one span ${name} in ${this.tree.join('\n')}`);
    }
    return found;
  }

  private below(span: CollectedSpan, depth: number): string[] {
    const children = this.spans.filter(({ parentSpanId }) => parentSpanId === span.spanId);
    return [
      `${'  '.repeat(depth)}${span.name}`,
      ...children.flatMap((child) => this.below(child, depth + 1)),
    ];
  }
}

function attributesOf(attributes: readonly z.infer<typeof attribute>[]): Attributes {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
