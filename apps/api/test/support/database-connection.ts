import type pg from 'pg';
import { createConnectionPool } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/connection-pool.js';
import { createDatabase } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/database.js';
import { DrizzleUserRepository } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/drizzle-user.repository.js';
import { SystemClock } from '@populatte/nestjs-clerk-sync/src/core/clock.js';
import { WriteAccess } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/write-access.js';
import type { User } from '../../src/core/users/user.entity.js';
import { toUser } from '../../src/infrastructure/database/to-user.js';
import { users } from '../../src/infrastructure/database/users.table.js';
import { Queries } from '../../src/infrastructure/database/queries.js';
import { liveUser } from '@populatte/nestjs-clerk-sync/test/support/live-user.js';
import { aProfile } from '@populatte/nestjs-clerk-sync/test/support/profile.builder.js';
import { RecordedLog } from '@populatte/nestjs-clerk-sync/test/support/recorded-log.js';

/** A pool and the repositories on it, as the API creates them. */
export interface DatabaseConnection {
  readonly pool: pg.Pool;
  readonly writes: WriteAccess;
  readonly users: DrizzleUserRepository<typeof users, User>;
  readonly log: RecordedLog;
  close(): Promise<void>;
}

/** @param url a PostgreSQL address; no connection is opened yet */
export function connectTo(url: string, poolSize = 10): DatabaseConnection {
  const log = new RecordedLog();
  const pool = createConnectionPool(url, poolSize, log);
  const writes = new WriteAccess(pool, log, new SystemClock());
  return {
    pool,
    writes,
    users: new DrizzleUserRepository(createDatabase(pool), writes, { users, toUser }),
    log,
    close: () => {
      writes.stop();
      return pool.end();
    },
  };
}

/** For the application's repositories: `new DrizzleNoteRepository(queriesOn(connection))`. */
export function queriesOn({ pool, writes }: DatabaseConnection): Queries {
  return new Queries(createDatabase(pool), writes);
}

/** @returns both ids of a new user */
export async function aUser({
  users,
}: DatabaseConnection): Promise<{ readonly id: string; readonly clerkId: string }> {
  return liveUser(await users.sync(aProfile()));
}
