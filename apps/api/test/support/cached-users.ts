import { until } from '@populatte/process-kit';
import { CachedUserRepository } from '@populatte/nestjs-clerk-sync/src/infrastructure/cache/cached-user.repository.js';
import { PostgresUserChanges } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/postgres-user-changes.js';
import { SystemClock } from '@populatte/nestjs-clerk-sync/src/core/clock.js';
import { users as usersTable } from '../../src/infrastructure/database/users.table.js';
import { connectTo, type DatabaseConnection } from './database-connection.js';
import { ObservedUserRepository } from '@populatte/nestjs-clerk-sync/test/support/observed-user.repository.js';

/** A cache of users, as in one process of the API, and the repository behind it. */
export interface CachedUsers {
  readonly users: CachedUserRepository;
  readonly changes: PostgresUserChanges;
  /** The statements that reach the database. */
  readonly stored: ObservedUserRepository;
  readonly log: DatabaseConnection['log'];
  readonly pool: DatabaseConnection['pool'];
  /** Resolves once notifications are proven to arrive, so that users are cached. */
  live(): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * @param url the database
 * @param directUrl the address to LISTEN at; default: `url`
 * @param maxAgeMs how old rows may be while notifications are not proven to arrive; unused by default
 * @returns a cache that has started to listen
 */
export function cacheUsersOf(url: string, { directUrl = url, maxAgeMs = 0 } = {}): CachedUsers {
  const connection = connectTo(url);
  const { pool, users, log, writes } = connection;
  const changes = new PostgresUserChanges(directUrl, pool, usersTable, log, (server) => {
    writes.observe(server);
  });
  const stored = new ObservedUserRepository(users);
  const cached = new CachedUserRepository(stored, changes, {
    maxAgeMs,
    clock: new SystemClock(),
  });
  changes.start();
  return {
    users: cached,
    changes,
    stored,
    log,
    pool,
    live: () => until('notifications are proven to arrive', () => changes.live),
    close: () => {
      changes.stop();
      return connection.close();
    },
  };
}
