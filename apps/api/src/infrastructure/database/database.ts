import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { InfrastructureLog } from '../telemetry/infrastructure-log.js';

export type Database = NodePgDatabase & { readonly $client: pg.Pool };

/** All in milliseconds; together they keep every request under 5 s. */
export const databaseTimes = {
  connect: 2_000,
  /** A statement on the server. */
  statement: 4_000,
  /** The same seen from here, for a server that is frozen and cannot cancel anything. */
  answer: 4_250,
  /** How long a request waits for a free connection of the pool. */
  queue: 4_000,
} as const;

/** A pool's waiting time covers the queue too; connecting alone has a shorter one. */
class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: databaseTimes.connect });
  }
}

export interface PoolOptions {
  readonly url: string;
  readonly poolSize: number;
}

/** @returns connections to PostgreSQL that never hang and never end the process */
export function createPool({ url, poolSize }: PoolOptions, log: InfrastructureLog): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    Client,
    application_name: 'populatte-api',
    connectionTimeoutMillis: databaseTimes.queue,
    statement_timeout: databaseTimes.statement,
    query_timeout: databaseTimes.answer,
    keepAlive: true,
  });
  // Without a listener, an idle connection that breaks would end the process.
  pool.on('error', (cause) => {
    log.warn('An idle database connection was lost; the next request opens another.', cause);
  });
  return pool;
}

/** @returns Drizzle over the pool */
export function createDatabase(pool: pg.Pool): Database {
  return drizzle(pool);
}
