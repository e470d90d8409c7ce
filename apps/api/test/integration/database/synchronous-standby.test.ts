import { startTemporaryPostgres, type EmbeddedPostgres } from '@populatte/embedded-postgres';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { until } from '@populatte/process-kit';
import { StoreReadOnlyError } from '@populatte/nestjs-clerk-sync/src/core/errors.js';
import { SystemClock } from '@populatte/nestjs-clerk-sync/src/core/clock.js';
import { createDatabase } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/database.js';
import { DrizzleUserRepository } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/drizzle-user.repository.js';
import { NoMetrics } from '@populatte/nestjs-clerk-sync/src/core/sync-metrics.js';
import { EventHandlers } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/event-handlers.js';
import { Erasers } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/erasers.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfile } from '@populatte/nestjs-clerk-sync/test/support/profile.builder.js';
import { DatabaseReadiness } from '../../../src/infrastructure/database/database-readiness.js';
import { toUser } from '../../../src/infrastructure/database/to-user.js';
import { users } from '../../../src/infrastructure/database/users.table.js';
import { applyMigrations } from '../../../src/infrastructure/database/migrations.js';
import { connectTo, type DatabaseConnection } from '../../support/database-connection.js';

let postgres: EmbeddedPostgres;
let connection: DatabaseConnection;
beforeAll(async () => {
  postgres = await startTemporaryPostgres({ settings: { synchronous_commit: 'on' } });
  await applyMigrations(postgres.url);
  connection = connectTo(postgres.url);
});
afterEach(() => waitFor(''));
afterAll(async () => {
  await connection.close();
  await postgres.remove();
});

/** Names the standby that commits wait for. With an empty name they wait for none. */
async function waitFor(standby: string): Promise<void> {
  await postgres.query('populatte', `alter system set synchronous_standby_names = '${standby}'`);
  await postgres.query('populatte', 'select pg_reload_conf()');
}

/** Commits wait for a standby that never connects. */
async function loseStandby(): Promise<void> {
  await waitFor('lost');
  // Server processes wait once the checkpointer has read the setting, some time after the reload.
  await until('commits wait', commitWaits);
}

/** Commits something, and ends the wait for the standby. */
async function commitWaits(): Promise<boolean> {
  const commit = { ended: false };
  const committed = postgres
    .query('populatte', `select pg_logical_emit_message(true, 'test', '')`)
    .finally(() => (commit.ended = true));
  let waited = false;
  while (!commit.ended) {
    const cancelled = await postgres.query(
      'populatte',
      `select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'`,
    );
    waited ||= cancelled.length > 0;
  }
  await committed;
  return waited;
}

/** @returns the number of server processes whose commit waits */
async function waiting(): Promise<number> {
  const rows = await postgres.query(
    'populatte',
    `select pid from pg_stat_activity where wait_event = 'SyncRep'`,
  );
  return rows.length;
}

test('a lost synchronous standby makes the database read-only, and leaves no more waiting server processes than the pool’s size', async () => {
  const known = aClerkUser();
  await connection.users.sync(aProfile(known));
  const readiness = new DatabaseReadiness(createDatabase(connection.pool), connection.writes);
  await loseStandby();

  for (let round = 0; round < 3; round += 1) {
    const signUps = Array.from({ length: 10 }, () => connection.users.sync(aProfile()));
    for (const { status } of await Promise.allSettled(signUps)) expect(status).toBe('rejected');
  }
  expect(await waiting()).toBeLessThanOrEqual(10);
  await expect(connection.users.sync(aProfile())).rejects.toThrow(StoreReadOnlyError);
  expect(await connection.users.sync(aProfile(known, 60_000))).toMatchObject({ user: known });
  expect(await readiness.check()).toMatchObject({
    status: 'degraded',
    reason: 'The database’s commits wait for a synchronous standby.',
  });

  await waitFor('');
  await until('a new user is created', () =>
    connection.users.sync(aProfile()).then(
      ({ outcome }) => outcome === 'created',
      () => false,
    ),
  );
  expect(await readiness.check()).toEqual({ status: 'ready' });
});

test(
  'a lost standby stops the handlers of a process that writes nothing else, and they leave few server processes',
  { timeout: 60_000 },
  async () => {
    const { pool, writes, log } = connection;
    const handler = { name: 'quiet', types: ['created'], fromBeginning: false };
    const handlers = new EventHandlers(
      () => [{ ...handler, handle: () => undefined }],
      pool,
      writes,
      log,
      new NoMetrics(),
    );
    handlers.start();
    await until('the handler is known', async () => {
      const known = await postgres.query('populatte', 'select from user_event_handlers');
      return known.length === 1;
    });
    await loseStandby();
    await postgres.query(
      'populatte',
      `set synchronous_commit = local;
       insert into users (id, clerk_id, profile_version)
       select gen_random_uuid(), 'user_quiet' || n, 1 from generate_series(1, 20) as n`,
    );
    await until('the obstacle is known', () => Promise.resolve(writes.obstacle !== null));
    expect(await waiting()).toBeLessThanOrEqual(4);

    await waitFor('');
    await until('every event is handled', async () => {
      const left = await postgres.query('populatte', 'select from user_event_deliveries');
      return left.length === 0;
    });
    await handlers.end();
  },
);

// Erasers may take 30 s, but the commit after them may not.
test(
  'a deletion with erasers waits no longer for a lost standby than other writes, and keeps no connection',
  { timeout: 30_000 },
  async () => {
    const { pool, writes, log } = connection;
    const known = aClerkUser();
    await connection.users.sync(aProfile(known));
    const erasers = new Erasers(() => [{ name: 'Notes.erase', erase: () => undefined }], log);
    const mapping = { users, toUser };
    const repository = new DrizzleUserRepository(
      createDatabase(pool),
      writes,
      mapping,
      new SystemClock(),
      erasers,
    );
    await loseStandby();

    await expect(repository.markDeleted(known.clerkId)).rejects.toThrow(StoreReadOnlyError);
    expect(pool.totalCount).toBe(pool.idleCount);

    await waitFor('');
    // The commit that waited is one.
    await until('the user is deleted', () =>
      repository.markDeleted(known.clerkId).then(
        (outcome) => outcome === 'ignored',
        () => false,
      ),
    );
  },
);
