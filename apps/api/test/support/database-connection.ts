import type pg from 'pg';
import { createConnectionPool } from '../../src/infrastructure/database/connection-pool.js';
import { createDatabase } from '../../src/infrastructure/database/database.js';
import { DrizzleUserRepository } from '../../src/infrastructure/database/drizzle-user.repository.js';
import { SystemClock } from '../../src/core/clock.js';
import { WriteAccess } from '../../src/infrastructure/database/write-access.js';
import { RecordedLog } from './recorded-log.js';

/** A pool and what stands on it, as the API makes them. */
export interface DatabaseConnection {
  readonly pool: pg.Pool;
  readonly writes: WriteAccess;
  readonly users: DrizzleUserRepository;
  readonly log: RecordedLog;
  close(): Promise<void>;
}

/** @param url a PostgreSQL address; nothing is connected to yet */
export function connectTo(url: string, poolSize = 10): DatabaseConnection {
  const log = new RecordedLog();
  const pool = createConnectionPool(url, poolSize, log);
  const writes = new WriteAccess(pool, log, new SystemClock());
  return {
    pool,
    writes,
    users: new DrizzleUserRepository(createDatabase(pool), writes),
    log,
    close: () => {
      writes.stop();
      return pool.end();
    },
  };
}
