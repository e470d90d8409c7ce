import { hostname } from 'node:os';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { InfrastructureLog } from '@populatte/nestjs-clerk-sync';
import type { SpanIds } from '../../core/request-tracing.js';
import { version } from '../../core/version.js';
import { describeError } from './describe-error.js';
import { openOutput, type Sink } from './output.js';

/** The process's log: pino's logger, and the stream that its lines go to. */
export class ProcessLog {
  constructor(
    readonly logger: Logger,
    readonly lines: BufferedLines,
  ) {}
}

let at = Number.NaN;
let text = '';

/**
 * @returns the current time for log lines (RFC 3339, in UTC). Formatted once per millisecond, since
 *   formatting costs nearly as much as the rest of a line
 */
export function logTime(): string {
  const now = Date.now();
  if (now !== at) {
    at = now;
    text = new Date(now).toISOString();
  }
  return text;
}

/** Size of a batch in characters, and the longest time that a line waits, in milliseconds. */
const limits = { characters: 32 * 1024, wait: 50 } as const;

/**
 * Writes log lines in batches. pino's own destination can do that too, but measures its whole buffer
 * for each line, which costs more than the line itself.
 */
export class BufferedLines implements DestinationStream {
  private buffer = '';
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param sink receives whole lines, the last ones when the process exits */
  constructor(private readonly sink: Sink) {
    process.once('exit', this.flush);
  }

  write(line: string): void {
    this.buffer += line;
    if (this.buffer.length >= limits.characters) this.flush();
    else this.timer ??= setTimeout(this.flush, limits.wait);
  }

  /** Called by pino after a fatal entry, when the process is about to exit. */
  flushSync(): void {
    this.flush();
  }

  /** @returns once the lines are written, or after this many milliseconds if the reader does not keep up */
  drained(timeoutMs: number): Promise<void> {
    this.flush();
    return this.sink.drained(timeoutMs);
  }

  private readonly flush = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    const lines = this.buffer;
    this.buffer = '';
    if (lines !== '') this.sink.write(lines);
  };
}

/** Members of every line: the program, its release, and the instance that wrote the line. */
export const base = {
  service: 'populatte-api',
  version,
  host: hostname(),
  pid: process.pid,
} as const;

/** Second line of defence: no code logs these on purpose. */
const secretPaths = [
  'authorization',
  'cookie',
  'token',
  'secret',
  'password',
  'email',
  'name',
  'imageUrl',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** @returns standard output, written in batches */
export function standardOutput(): BufferedLines {
  return new BufferedLines(openOutput());
}

/**
 * Creates the process's log: one JSON object per line (pino). Errors are logged without the data that
 * they may contain.
 *
 * @param level the lowest level that is written
 * @param to the destination
 * @param activeSpan returns the span that runs now; absent while tracing is off
 */
export function createLogger(
  level: string,
  to: DestinationStream,
  activeSpan?: () => SpanIds | null,
): Logger {
  return pino(
    {
      level,
      base,
      ...(activeSpan !== undefined && {
        mixin: (): object => {
          const span = activeSpan();
          return span === null ? {} : spanFields(span);
        },
      }),
      timestamp: () => `,"time":"${logTime()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: { paths: secretPaths, censor: '[redacted]' },
    },
    to,
  );
}

/** @returns the members of a line that find its trace, with the names of OpenTelemetry's log formats */
function spanFields({ traceId, spanId }: SpanIds): Record<string, string> {
  return { trace_id: traceId, span_id: spanId };
}

/** @returns the log as adapters see it */
export function infrastructureLog(logger: Logger): InfrastructureLog {
  return {
    info: (message) => {
      logger.info(message);
    },
    warn: (message, cause) => {
      logger.warn({ err: cause }, message);
    },
    error: (message, cause) => {
      logger.error({ err: cause }, message);
    },
  };
}
