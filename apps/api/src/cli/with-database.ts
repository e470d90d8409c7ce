import {
  createConnectionPool,
  type InfrastructureLog,
  SystemClock,
} from '@populatte/nestjs-clerk-sync';
import {
  DatabaseClient,
  inSpan,
  tracedFetch,
  WriteAccess,
} from '@populatte/nestjs-clerk-sync/internal';
import type { Environment } from '../infrastructure/config/env.schema.js';
import { tracePool } from '../infrastructure/database/traced-pool.js';
import { describeError } from '../infrastructure/telemetry/describe-error.js';
import { reportLostSpans, startTracing } from '../infrastructure/telemetry/tracing.js';
import type { Console } from './command-line.js';

/** The database access of a command. */
export interface CommandDatabase {
  readonly db: DatabaseClient['db'];
  readonly writes: WriteAccess;
  readonly clock: SystemClock;
  /** For calls to Clerk; traced if tracing is on. */
  readonly fetch: typeof fetch;
}

/**
 * Connects, runs the work, and closes the connections.
 *
 * @param command its name; with tracing on, the work is a span of this name
 */
export async function withDatabase<T>(
  env: Environment,
  console: Console,
  command: string,
  work: (given: CommandDatabase) => Promise<T>,
): Promise<T> {
  const log = consoleLog(console);
  const { active: tracing } = await startTracing(env);
  const { url, poolSize } = env.database;
  const { pool, db } = new DatabaseClient(createConnectionPool(url, poolSize, log));
  const clock = new SystemClock();
  const writes = new WriteAccess(pool, log, clock);
  try {
    if (tracing === null) return await work({ db, writes, clock, fetch });
    tracePool(pool, tracing);
    reportLostSpans(tracing, (message, cause) => {
      log.warn(message, cause);
    });
    const { tracer } = tracing;
    const given = { db, writes, clock, fetch: tracedFetch(fetch, tracer) };
    return await inSpan(tracer, { name: command }, () => work(given));
  } finally {
    writes.stop();
    await pool.end();
    await tracing?.stop();
  }
}

function consoleLog(console: Console): InfrastructureLog {
  const note = (message: string, cause: unknown): void => {
    console.note(
      cause === undefined ? message : `${message} (${JSON.stringify(describeError(cause))})`,
    );
  };
  return { info: () => undefined, warn: note, error: note };
}
