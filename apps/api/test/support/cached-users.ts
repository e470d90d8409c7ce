import { CachedUserRepository } from '../../src/infrastructure/database/cached-user.repository.js';
import { PostgresUserChanges } from '../../src/infrastructure/database/postgres-user-changes.js';
import { connectTo, type DatabaseConnection } from './database-connection.js';
import { ObservedUserRepository } from './observed-user.repository.js';
import { until } from './until.js';

/** A cache of users as one process of the API has it, and what stands behind it. */
export interface CachedUsers {
  readonly users: CachedUserRepository;
  readonly changes: PostgresUserChanges;
  /** What reaches the database. */
  readonly stored: ObservedUserRepository;
  readonly log: DatabaseConnection['log'];
  /** Resolves once changes are heard, so that users are kept. */
  live(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param url the database
 * @param directUrl where it listens; the same by default
 * @returns a cache that has begun to listen
 */
export function cacheUsersOf(url: string, directUrl = url): CachedUsers {
  const connection = connectTo(url);
  const { pool, users, log } = connection;
  const changes = new PostgresUserChanges(directUrl, pool, log);
  const stored = new ObservedUserRepository(users);
  const cached = new CachedUserRepository(stored, changes);
  changes.start();
  return {
    users: cached,
    changes,
    stored,
    log,
    live: () => until('changes are heard', () => changes.live),
    close: () => {
      changes.stop();
      return connection.close();
    },
  };
}
