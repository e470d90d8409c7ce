import { destination, pino, type DestinationStream, type Logger } from 'pino';
import { describeError } from './describe-error.js';
import { GatheredLines } from './gathered-lines.js';
import type { InfrastructureLog } from './infrastructure-log.js';

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
function standardOutput(): DestinationStream {
  return new GatheredLines(destination({ fd: 1, sync: false, maxLength }));
}

/** @returns the time as pino wants it, made once a millisecond: it costs nearly as much as the rest of a line */
function timestamps(): () => string {
  let at = Number.NaN;
  let field = '';
  return () => {
    const now = Date.now();
    if (now !== at) {
      at = now;
      field = `,"time":"${new Date(now).toISOString()}"`;
    }
    return field;
  };
}

/**
 * Makes the process's log: JSON, one line an entry (pino). Errors are described without the data
 * that they may hold.
 *
 * @param level the least level that is written
 * @param to where; standard output by default
 */
export function createLogger(level: string, to: DestinationStream = standardOutput()): Logger {
  return pino(
    {
      level,
      base: { service: 'populatte-api' },
      timestamp: timestamps(),
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
