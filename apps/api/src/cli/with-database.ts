import { parseArgs, type ParseArgsConfig } from 'node:util';
import {
  createConnectionPool,
  type InfrastructureLog,
  SystemClock,
} from '@populatte/nestjs-clerk-sync';
import { DatabaseClient, WriteAccess } from '@populatte/nestjs-clerk-sync/internal';
import type { Environment } from '../infrastructure/config/env.schema.js';
import { describeError } from '../infrastructure/telemetry/describe-error.js';
import { type Console, UsageError } from './command-line.js';

/** What a command needs of the database. */
export interface CommandDatabase {
  readonly db: DatabaseClient['db'];
  readonly writes: WriteAccess;
  readonly clock: SystemClock;
}

/** Connects, runs the work, and closes the connections. */
export async function withDatabase<T>(
  { database }: Environment,
  console: Console,
  work: (given: CommandDatabase) => Promise<T>,
): Promise<T> {
  const log = consoleLog(console);
  const { pool, db } = new DatabaseClient(
    createConnectionPool(database.url, database.poolSize, log),
  );
  const clock = new SystemClock();
  const writes = new WriteAccess(pool, log, clock);
  try {
    return await work({ db, writes, clock });
  } finally {
    writes.stop();
    await pool.end();
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
 * @param options beside `--help`
 * @returns the one ID and the switches; `help` if the user asks for it
 * @throws UsageError
 */
export function parseIdArguments(
  args: readonly string[],
  options: readonly string[] = [],
): { readonly id: string; readonly switches: ReadonlySet<string> } | 'help' {
  const config: ParseArgsConfig['options'] = Object.fromEntries(
    ['help', ...options].map((name) => [name, { type: 'boolean' } as const]),
  );
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], allowPositionals: true, options: config });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : 'Unknown option.', { cause });
  }
  const switches = new Set(
    Object.entries(parsed.values).flatMap(([name, value]) => (value === true ? [name] : [])),
  );
  if (switches.has('help')) return 'help';
  const [id, ...others] = parsed.positionals;
  if (id === undefined || others.length > 0) {
    throw new UsageError('Name one user, by Clerk id (user_…) or local id.');
  }
  return { id, switches };
}
