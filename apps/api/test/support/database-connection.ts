import type pg from 'pg';
import { createDatabase, createPool } from '../../src/infrastructure/database/database.js';
import { DrizzleUserRepository } from '../../src/infrastructure/database/drizzle-user.repository.js';
import { RecordedLog } from './recorded-log.js';

/** A pool and what stands on it, as the API makes them. */
export interface DatabaseConnection {
  readonly pool: pg.Pool;
  readonly users: DrizzleUserRepository;
  readonly log: RecordedLog;
  close(): Promise<void>;
}

/** @param url a PostgreSQL address; nothing is connected to yet */
export function connectTo(url: string, poolSize = 10): DatabaseConnection {
  const log = new RecordedLog();
  const pool = createPool({ url, poolSize }, log);
  return {
    pool,
    users: new DrizzleUserRepository(createDatabase(pool)),
    log,
    close: () => pool.end(),
  };
}
