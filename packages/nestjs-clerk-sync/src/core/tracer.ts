import { AuthenticationError, DomainError, WebhookInvalidError } from './errors.js';

/** Describes a span. Never a token, personal data, or a statement's parameters. */
export type SpanAttributes = Record<string, string | number | boolean>;

/** The part of OpenTelemetry's `Span` that the module uses. */
export interface Span {
  setAttributes(attributes: SpanAttributes): unknown;
  setStatus(status: { code: number }): unknown;
  end(): void;
}

/**
 * The part of OpenTelemetry's `Tracer` that the module uses: pass `trace.getTracer('my-app')`. An
 * interface, so that the module depends on no package of OpenTelemetry and loads none.
 */
export interface Tracer {
  startActiveSpan<Work extends (span: Span) => unknown>(
    name: string,
    options: { kind?: number; attributes?: SpanAttributes },
    work: Work,
  ): ReturnType<Work>;
}

/** OpenTelemetry's `SpanKind` of a call to another system. */
const clientKind = 2;

/** OpenTelemetry's `SpanStatusCode.ERROR`. */
const errorStatus = 2;

export interface SpanOptions<Result = unknown> {
  readonly name: string;
  /** Whether the work is a call to another system. */
  readonly isCall?: boolean;
  readonly attributes?: SpanAttributes;
  /** @returns attributes that are known only afterwards */
  readonly describe?: (result: Result) => SpanAttributes;
}

/**
 * Runs work in a span, whose children are the spans that the work starts. Returns the work's result
 * or promise unchanged.
 *
 * @param work synchronous or not; the span ends with it
 */
export function inSpan<T>(
  tracer: Tracer,
  options: SpanOptions<T>,
  work: () => Promise<T>,
): Promise<T>;
export function inSpan<T>(
  tracer: Tracer,
  options: SpanOptions<T>,
  work: () => T | Promise<T>,
): T | Promise<T>;
export function inSpan<T>(
  tracer: Tracer,
  { name, isCall = false, attributes = {}, describe }: SpanOptions<T>,
  work: () => T | Promise<T>,
): T | Promise<T> {
  const options = { attributes, ...(isCall && { kind: clientKind }) };
  return tracer.startActiveSpan(name, options, (span: Span): T | Promise<T> => {
    const succeed = (result: T): void => {
      if (describe !== undefined) span.setAttributes(describe(result));
      span.end();
    };
    const fail = (error: unknown): void => {
      span.setAttributes({ 'error.type': errorType(error) });
      if (!isRefusal(error)) span.setStatus({ code: errorStatus });
      span.end();
    };
    let result: T | Promise<T>;
    try {
      result = work();
    } catch (error) {
      fail(error);
      throw error;
    }
    // In addition to the caller's own handlers, and before them: a child ends before its parent.
    if (result instanceof Promise) result.then(succeed, fail);
    else succeed(result);
    return result;
  });
}

/** A stable code, never a message, which may quote data. */
function errorType(error: unknown): string {
  if (isDomainError(error)) return error.code;
  return error instanceof Error ? error.name : typeof error;
}

/** `instanceof` alone would make the code's type `any`. */
function isDomainError(error: unknown): error is DomainError {
  return error instanceof DomainError;
}

/** A caller's mistake is not a failure of this program. */
function isRefusal(error: unknown): boolean {
  return error instanceof AuthenticationError || error instanceof WebhookInvalidError;
}
