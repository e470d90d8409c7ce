import { setTimeout as sleep } from 'node:timers/promises';
import { clerkSyncSql } from '@populatte/nestjs-clerk-sync';
import { PostgresWebhookReceipts } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/postgres-webhook-receipts.js';
import { until } from '@populatte/process-kit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { users } from '../../../src/infrastructure/database/users.table.js';
import { connectTo, type DatabaseConnection } from '../../support/database-connection.js';
import { RecordedLog } from '@populatte/nestjs-clerk-sync/test/support/recorded-log.js';
import { StoppedClock } from '@populatte/nestjs-clerk-sync/test/support/stopped-clock.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

let database: TestDatabase;
let connection: DatabaseConnection;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(clerkSyncSql(users));
  connection = connectTo(database.url);
});
afterAll(async () => {
  await connection.close();
  await database.drop();
});
beforeEach(() => database.query('delete from webhook_receipts'));

/** Acts as a separate process as far as receipts are concerned. */
function aProcess(): { receipts: PostgresWebhookReceipts; clock: StoppedClock; log: RecordedLog } {
  const clock = new StoppedClock();
  const log = new RecordedLog();
  const { pool, writes } = connection;
  return { receipts: new PostgresWebhookReceipts(pool, writes, log, clock), clock, log };
}

async function stored(): Promise<number | null> {
  const [row] = await database.query<{ at: number }>(
    'select extract(epoch from last_received_at)::float8 * 1000 as at from webhook_receipts',
  );
  return row?.at ?? null;
}

test('another process, and one that starts later, sees when the last webhook arrived', async () => {
  const one = aProcess();
  expect(await one.receipts.lastReceivedAt()).toBe(0);
  one.receipts.received();
  await until('the time is stored', async () => (await stored()) !== null);
  expect(await aProcess().receipts.lastReceivedAt()).toBe(one.clock.now());
});

test('a process writes once for many webhooks, and their last time after the interval', async () => {
  const { receipts, clock } = aProcess();
  const first = clock.now();
  receipts.received();
  await until('the time is stored', async () => (await stored()) !== null);
  clock.advance(1_000);
  for (let count = 0; count < 1_000; count += 1) receipts.received();
  await sleep(500);
  expect(await stored()).toBe(first);
  await until('the last time is stored', async () => (await stored()) === first + 1_000);
  receipts.stop();
});

test('an older time does not replace a newer one', async () => {
  const newer = aProcess();
  newer.clock.advance(60_000);
  newer.receipts.received();
  await until('the time is stored', async () => (await stored()) !== null);
  aProcess().receipts.received();
  await sleep(500);
  expect(await stored()).toBe(newer.clock.now());
});

test('the time is unknown until the database has been read', async () => {
  const { receipts, clock } = aProcess();
  await database.query('alter table webhook_receipts rename to elsewhere');
  try {
    expect(await receipts.lastReceivedAt()).toBeNull();
  } finally {
    await database.query('alter table elsewhere rename to webhook_receipts');
  }
  clock.advance(5_000);
  expect(await receipts.lastReceivedAt()).toBe(0);
});

test('a time of a clock that was ahead does not hide that no webhooks arrive', async () => {
  const [ahead, right] = [aProcess(), aProcess()];
  ahead.clock.advance(30 * 24 * 3_600_000);
  ahead.receipts.received();
  await until('the time is stored', async () => (await stored()) === ahead.clock.now());
  expect(await right.receipts.lastReceivedAt()).toBe(0);

  right.receipts.received();
  await until('the time is stored', async () => (await stored()) === right.clock.now());
  expect(await aProcess().receipts.lastReceivedAt()).toBe(right.clock.now());

  ahead.clock.set(right.clock.now());
  expect(await ahead.receipts.lastReceivedAt()).toBe(right.clock.now());
  for (const { receipts } of [ahead, right]) receipts.stop();
});

test('a database without the table causes one warning, and webhooks still work', async () => {
  const other = await createTestDatabase();
  await other.query('drop table webhook_receipts');
  const broken = connectTo(other.url);
  const clock = new StoppedClock();
  const log = new RecordedLog();
  const receipts = new PostgresWebhookReceipts(broken.pool, broken.writes, log, clock);
  receipts.received();
  await until('the warning is logged', () => log.entries.length > 0);
  expect(await receipts.lastReceivedAt()).toBe(clock.now());
  expect(log.entries).toHaveLength(1);
  receipts.stop();
  await broken.close();
  await other.drop();
});
