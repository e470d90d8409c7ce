import { hostname } from 'node:os';
import { destination, type DestinationStream, type Logger, pino } from 'pino';
import { version } from '../../core/version.js';
import { describeError } from './describe-error.js';

/** What adapters tell the operator about their dependencies. Causes are logged without the data they may hold. */
export abstract class InfrastructureLog {
  abstract info(message: string): void;
  abstract warn(message: string, cause?: unknown): void;
  abstract error(message: string, cause?: unknown): void;
}

/** The process's log: pino's logger, and the stream that its lines go to. */
export class ProcessLog {
  constructor(
    readonly logger: Logger,
    readonly lines: DestinationStream,
  ) {}
}

let at = Number.NaN;
let text = '';

/**
 * @returns the time as log lines tell it (RFC 3339, in UTC), made once a millisecond: it costs nearly
 *   as much as the rest of a line
 */
export function logTime(): string {
  const now = Date.now();
  if (now !== at) {
    at = now;
    text = new Date(now).toISOString();
  }
  return text;
}

/** What lines are handed on to. */
export interface Sink {
  write(text: string): unknown;
  flushSync(): void;
}

/** Characters that are handed on at once, and milliseconds that a line waits at most. */
const limits = { characters: 32 * 1024, wait: 50 } as const;

/**
 * Hands log lines on together. pino's own destination can do that too, but measures all that it
 * holds anew for each line, which costs a request more than the line.
 */
export class GatheredLines implements DestinationStream {
  private gathered = '';
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param sink is given whole lines, and told to write them at once where the process ends */
  constructor(private readonly sink: Sink) {
    process.once('exit', () => {
      if (this.gathered !== '') this.flushSync();
    });
  }

  write(line: string): void {
    this.gathered += line;
    if (this.gathered.length >= limits.characters) this.handOn();
    else this.timer ??= setTimeout(this.handOn, limits.wait);
  }

  /** pino calls it after a fatal entry: the process is about to end. */
  flushSync(): void {
    this.handOn();
    this.sink.flushSync();
  }

  private readonly handOn = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    const lines = this.gathered;
    this.gathered = '';
    if (lines !== '') this.sink.write(lines);
  };
}

/** In each line: the program, its release, and the instance that wrote the line. */
export const base = {
  service: 'populatte-api',
  version,
  host: hostname(),
  pid: process.pid,
} as const;

/** A second line of defence: nothing logs these on purpose. */
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

/** Bytes that a reader may leave unread; what comes after is dropped before it fills the memory. */
const maxLength = 16 * 1024 * 1024;

/**
 * @returns standard output, written together and apart from requests, so that a reader that stalls
 *   holds nobody up
 */
export function standardOutput(): DestinationStream {
  return new GatheredLines(destination({ fd: 1, sync: false, maxLength }));
}

/**
 * Makes the process's log: JSON, one line an entry (pino). Errors are described without the data
 * that they may hold.
 *
 * @param level the least level that is written
 * @param to where
 */
export function createLogger(level: string, to: DestinationStream): Logger {
  return pino(
    {
      level,
      base,
      timestamp: () => `,"time":"${logTime()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: { paths: secretPaths, censor: '[redacted]' },
    },
    to,
  );
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
