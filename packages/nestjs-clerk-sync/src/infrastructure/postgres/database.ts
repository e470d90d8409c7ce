import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { ownTypes } from './own-types.js';
import { optionsOf } from './pool-settings.js';

/** All in milliseconds; together they keep every request under 5 s. */
export const databaseTimes = {
  connect: 2_000,
  /** For the first answer of a new connection, before a pooler counts as having none left. */
  grant: 1_000,
  /** A statement on the server. */
  statement: 4_000,
  /** The same limit in the client, for a frozen server that cannot cancel the statement. */
  answer: 4_250,
  /** The same for a pool without a limit on the server. */
  unlimitedAnswer: 60_000,
  /** How long a request waits for a free connection of the pool. */
  queue: 4_000,
  /**
   * Between two statements of a transaction; longer than the limit of the application's erasers and
   * handlers.
   */
  idleInTransaction: 60_000,
} as const;

export type Database = NodePgDatabase & { readonly $client: pg.Pool };

/**
 * @param answerMs how long a statement waits for the server's answer
 * @returns Drizzle on the pool; it reads results with the driver's parsers, as the application does
 */
export function createDatabase(pool: pg.Pool, answerMs: number = answerTimeoutOf(pool)): Database {
  return Object.assign(drizzle(answering(pool, answerMs)), { $client: pool });
}

/** The same for statements that read no column of the application. */
export function createOwnDatabase(
  pool: pg.Pool,
  answerMs: number = answerTimeoutOf(pool),
): Database {
  return Object.assign(drizzle(answering(pool, answerMs, { types: ownTypes })), { $client: pool });
}

/**
 * How long a statement of this pool waits for the server's answer, in milliseconds.
 *
 * A client that gives up does not cancel the statement. Without a `statement_timeout`, the server
 * would keep a process waiting for a lock, while the pool opens another connection: the pool would no
 * longer limit the server's processes. A pool with its own `Client` class may set one there.
 */
export function answerTimeoutOf(pool: pg.Pool): number {
  const { query_timeout: own, statement_timeout: limit, Client } = optionsOf(pool);
  if (own) return own;
  return limit || Client !== undefined ? databaseTimes.answer : databaseTimes.unlimitedAnswer;
}

/**
 * Adds the module's parsers to a statement that has none, and a client-side timeout. The
 * application's pool may have no timeout. A connection that the network has silently dropped, as while
 * a serverless function is frozen, would then never answer, and the pool would hand it out repeatedly.
 */
export function ownStatement<Config extends pg.QueryConfig>(
  statement: string | Config,
  answerMs: number = databaseTimes.answer,
): (Config | pg.QueryConfig) & { readonly query_timeout: number } {
  const config = typeof statement === 'string' ? { text: statement } : statement;
  return { types: ownTypes, ...config, query_timeout: answerMs };
}

const unnamed = new WeakSet<object>();

/**
 * From now on, statements of this pool have no name: a pooler gives its connections sessions that other
 * clients use too, in which a prepared statement may be missing.
 */
export function dropNames(pool: pg.Pool): void {
  unnamed.add(pool);
}

/** @returns whether statements of this pool may be prepared under a name */
export function hasNames(pool: pg.Pool | pg.PoolClient): boolean {
  return !unnamed.has(pool);
}

/**
 * The same pool or connection, whose statements have a client-side timeout.
 *
 * @param settings replace those of each statement
 */
export function answering<Target extends pg.Pool | pg.PoolClient>(
  target: Target,
  answerMs: number,
  settings?: Pick<pg.QueryConfig, 'types'>,
): Target {
  const query = (statement: string | pg.QueryConfig, values?: unknown[]): Promise<unknown> => {
    const config = Object.assign(ownStatement(statement, answerMs), settings);
    if (!hasNames(target)) config.name = undefined;
    return target.query(config, values);
  };
  return new Proxy(target, {
    get: (own, key): unknown => (key === 'query' ? query : Reflect.get(own, key)),
  });
}

/** The pool, and Drizzle on it. */
export class DatabaseClient {
  readonly db: Database;

  constructor(readonly pool: pg.Pool) {
    this.db = createDatabase(pool);
  }
}
