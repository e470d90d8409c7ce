import { parseArgs, type ParseArgsConfig } from 'node:util';
import {
  createConnectionPool,
  type InfrastructureLog,
  SystemClock,
} from '@populatte/nestjs-clerk-sync';
import { DatabaseClient, WriteAccess } from '@populatte/nestjs-clerk-sync/internal';
import type { Environment } from '../infrastructure/config/env.schema.js';
import { inSpan, tracedFetch } from '@populatte/nestjs-clerk-sync/internal';
import { tracePool } from '../infrastructure/database/traced-pool.js';
import { describeError } from '../infrastructure/telemetry/describe-error.js';
import { reportLostSpans, startTracing } from '../infrastructure/telemetry/tracing.js';
import { type Console, helpOption, UsageError, usageErrorOf } from './command-line.js';

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

/**
 * @param options in addition to `--help`
 * @returns the ID and the switches; `help` if the user asks for it
 * @throws UsageError
 */
export function parseIdArguments(
  args: readonly string[],
  options: readonly string[] = [],
): { readonly id: string; readonly switches: ReadonlySet<string> } | 'help' {
  const config: ParseArgsConfig['options'] = {
    ...Object.fromEntries(options.map((name) => [name, { type: 'boolean' } as const])),
    ...helpOption,
  };
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], allowPositionals: true, options: config });
  } catch (cause) {
    throw usageErrorOf(cause);
  }
  const switches = new Set(
    Object.entries(parsed.values).flatMap(([name, value]) => (value === true ? [name] : [])),
  );
  if (switches.has('help')) return 'help';
  const [id = '', ...others] = parsed.positionals.map((each) => each.trim());
  if (id === '' || others.length > 0) {
    throw new UsageError('Name one user, by Clerk id (user_…) or local id.');
  }
  return { id, switches };
}
