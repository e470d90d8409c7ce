import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { optionsOf } from './pool-settings.js';

/** All in milliseconds; together they keep every request under 5 s. */
export const databaseTimes = {
  connect: 2_000,
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
 * @returns Drizzle on the pool
 */
export function createDatabase(pool: pg.Pool, answerMs: number = answerTimeoutOf(pool)): Database {
  return Object.assign(drizzle(answering(pool, answerMs)), { $client: pool });
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
 * Adds a timeout of the client to a statement. The application's pool may have none: a connection
 * that the network has dropped without a word, as while a serverless function is frozen, would never
 * answer, and the pool would lend it again and again.
 */
export function withAnswerTimeout<Config extends pg.QueryConfig>(
  statement: string | Config,
  answerMs: number = databaseTimes.answer,
): (Config | pg.QueryConfig) & { readonly query_timeout: number } {
  const config = typeof statement === 'string' ? { text: statement } : statement;
  return { ...config, query_timeout: answerMs };
}

/** The same pool or connection, whose statements have a timeout of the client. */
export function answering<Target extends pg.Pool | pg.PoolClient>(
  target: Target,
  answerMs: number,
): Target {
  const query = (statement: string | pg.QueryConfig, values?: unknown[]): Promise<unknown> =>
    target.query(withAnswerTimeout(statement, answerMs), values);
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
