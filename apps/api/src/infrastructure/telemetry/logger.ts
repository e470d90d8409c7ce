import { hostname } from 'node:os';
import { destination, pino, type DestinationStream, type Logger } from 'pino';
import { describeError } from './describe-error.js';
import { GatheredLines } from './gathered-lines.js';
import type { InfrastructureLog } from './infrastructure-log.js';
import { logTime } from './log-time.js';
import { version } from '../../core/version.js';

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
