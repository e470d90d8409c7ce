import type { Span, SpanAttributes, Tracer } from '../../src/core/tracer.js';

/** A span that has ended. */
export interface EndedSpan {
  readonly name: string;
  readonly kind: number | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
}

/** @param ended gets each span when it ends */
export function recordingTracer(ended: EndedSpan[]): Tracer {
  return {
    startActiveSpan: <Work extends (span: Span) => unknown>(
      name: string,
      options: { kind?: number; attributes?: SpanAttributes },
      work: Work,
    ) => {
      const attributes = { ...options.attributes };
      let failed = false;
      return work({
        setAttributes: (more) => Object.assign(attributes, more),
        setStatus: ({ code }) => (failed = code === 2),
        end: () => ended.push({ name, kind: options.kind, attributes, failed }),
      }) as ReturnType<Work>;
    },
  };
}
