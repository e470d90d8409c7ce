import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';

/** All in milliseconds; together they keep every request under 5 s. */
export const databaseTimes = {
  connect: 2_000,
  /** A statement on the server. */
  statement: 4_000,
  /** The same limit in the client, for a frozen server that cannot cancel the statement. */
  answer: 4_250,
  /** How long a request waits for a free connection of the pool. */
  queue: 4_000,
  /**
   * Between two statements of a transaction; longer than the limit of the application's erasers and
   * handlers.
   */
  idleInTransaction: 60_000,
} as const;

export type Database = NodePgDatabase & { readonly $client: pg.Pool };

/** @returns Drizzle on the pool */
export function createDatabase(pool: pg.Pool): Database {
  return drizzle(pool);
}

/** The pool, and Drizzle on it. */
export class DatabaseClient {
  readonly db: Database;

  constructor(readonly pool: pg.Pool) {
    this.db = createDatabase(pool);
  }
}
