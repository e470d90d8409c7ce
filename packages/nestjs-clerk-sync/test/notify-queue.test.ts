import {
  type EmbeddedPostgres,
  openPool,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import { pgTable } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ClerkSync,
  clerkSyncSql,
  clerkUserColumns,
  clerkUserConstraints,
  SyncUnavailableError,
} from '../src/index.js';
import { startTestClerk, type TestClerk } from '../src/testing/index.js';
import { createUserTable } from './support/create-user-table.js';
import { RecordedLog } from './support/recorded-log.js';
import { startApplication } from './support/start-application.js';

const users = pgTable('people', clerkUserColumns(), clerkUserConstraints);

let postgres: EmbeddedPostgres;
let clerk: TestClerk;
let pool: pg.Pool;

beforeAll(async () => {
  // The smallest queue; 8 GB by default.
  const settings = { max_notify_queue_pages: '64' };
  [postgres, clerk] = await Promise.all([startTemporaryPostgres({ settings }), startTestClerk()]);
  pool = openPool(await postgres.createDatabase('notified'), 5);
  await pool.query(createUserTable('people'));
  await pool.query(clerkSyncSql(users));
});
afterAll(async () => {
  await pool.end();
  await Promise.all([postgres.remove(), clerk.close()]);
});

/** Fills the queue, which a session that listens and is in a transaction keeps from being emptied. */
async function fill(listening: pg.PoolClient): Promise<void> {
  await listening.query('listen anything; begin; select 1');
  const notify = `select pg_notify('anything', repeat('x', 7900) || n) from generate_series(1, 200) as n`;
  while (
    await pool.query(notify).then(
      () => true,
      () => false,
    )
  );
}

test('a full queue of notifications is an outage that is named, and ends with the transaction that fills it', async () => {
  const log = new RecordedLog();
  const application = await startApplication({
    ...{ ...clerk.options, log, cache: { users: false } },
    database: { pool, users },
  });
  const clerkSync = application.get<ClerkSync<typeof users.$inferSelect>>(ClerkSync);
  const profile = { clerkId: 'user_1', email: 'ada@people.example', imageUrl: null };
  const rename = (name: string, at: number): ReturnType<typeof clerkSync.sync> =>
    clerkSync.sync({ ...profile, name, version: { at, exact: true } });
  const listening = await pool.connect();
  try {
    await rename('Ada', 1);
    await fill(listening);
    await expect(rename('Grace', 2)).rejects.toBeInstanceOf(SyncUnavailableError);
    expect(log.entries).toMatchObject([
      { level: 'warn', message: expect.stringMatching(/NOTIFY queue.*pg_stat_activity/) as string },
    ]);
    await listening.query('rollback');
    // PostgreSQL does not empty the queue by itself.
    await pool.query('select pg_notification_queue_usage()');
    expect(await rename('Grace', 2)).toMatchObject({ outcome: 'updated' });
  } finally {
    listening.release(true);
    await application.close();
  }
});
