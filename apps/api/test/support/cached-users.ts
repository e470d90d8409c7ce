import { until } from '@populatte/process-kit';
import { CachedUserRepository } from '@populatte/nestjs-clerk-sync/src/infrastructure/cache/cached-user.repository.js';
import { PostgresUserChanges } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/postgres-user-changes.js';
import { SystemClock } from '@populatte/nestjs-clerk-sync/src/core/clock.js';
import { users as usersTable } from '../../src/infrastructure/database/users.table.js';
import { aProfile } from '@populatte/nestjs-clerk-sync/test/support/profile.builder.js';
import type { ClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { connectTo, type DatabaseConnection } from './database-connection.js';
import { fixtureOfFile } from './fixture.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
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
    void writes.observe(server);
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

/** Two caches on one database, like two processes. */
export interface TwoCaches {
  readonly database: TestDatabase;
  readonly here: CachedUsers;
  readonly elsewhere: CachedUsers;
}

/** @returns a function to call inside tests */
export function withTwoCaches(): () => TwoCaches {
  return fixtureOfFile(
    async () => {
      const database = await createTestDatabase();
      const [here, elsewhere] = [cacheUsersOf(database.url), cacheUsersOf(database.url)];
      await Promise.all([here.live(), elsewhere.live()]);
      return { database, here, elsewhere };
    },
    async ({ database, here, elsewhere }) => {
      await Promise.all([here.close(), elsewhere.close()]);
      await database.drop();
    },
  );
}

/**
 * Runs a test with a cache on a database of its own.
 *
 * @param prepare changes the database before the cache starts
 */
export async function withOwnCache(
  run: (cached: CachedUsers, database: TestDatabase) => Promise<void>,
  prepare: (database: TestDatabase) => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  const database = await createTestDatabase();
  try {
    await prepare(database);
    const cached = cacheUsersOf(database.url);
    await run(cached, database).finally(() => cached.close());
  } finally {
    await database.drop();
  }
}

/** Syncs until no statement reaches the database: the row is cached. */
export async function warm(
  { users, stored }: CachedUsers,
  clerkUser: ClerkUser,
  at = 0,
): Promise<void> {
  await until('the user is cached', async () => {
    const before = stored.calls;
    await users.sync(aProfile(clerkUser, at));
    return stored.calls === before;
  });
}

export async function nameOf(
  { users }: CachedUsers,
  { clerkId }: ClerkUser,
): Promise<string | null> {
  const stored = await users.findByClerkId(clerkId);
  return stored?.state === 'live' ? stored.user.name : null;
}

/** Ends the connections of the database on which caches listen. */
export function killListeners(database: TestDatabase): Promise<unknown> {
  return database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'clerk-sync-changes' and datname = current_database()`,
  );
}
