import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { InfrastructureLog } from '../telemetry/infrastructure-log.js';
import { createConnectionPool } from './connection-pool.js';

export type Database = NodePgDatabase & { readonly $client: pg.Pool };

export interface PoolOptions {
  readonly url: string;
  readonly poolSize: number;
}

/** @returns connections to PostgreSQL that never hang and never end the process */
export function createPool({ url, poolSize }: PoolOptions, log: InfrastructureLog): pg.Pool {
  return createConnectionPool(url, poolSize, log);
}

/** @returns Drizzle over the pool */
export function createDatabase(pool: pg.Pool): Database {
  return drizzle(pool);
}
