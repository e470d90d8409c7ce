import { type INestApplicationContext, Injectable } from '@nestjs/common';
import {
  type EmbeddedPostgres,
  openPool,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import { bigint, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  ClerkSync,
  clerkSyncSql,
  clerkUserColumns,
  EraseUserData,
  OnUserEvent,
  type RecordedUserEvent,
  UserRepository,
} from '../src/index.js';
import { EventHandlers } from '../src/internal.js';
import { startTestClerk, type TestClerk } from '../src/testing/index.js';
import { createUserTable } from './support/create-user-table.js';
import { RecordedLog } from './support/recorded-log.js';
import { startApplication } from './support/start-application.js';

const users = pgTable('app_users', {
  ...clerkUserColumns(),
  settings: jsonb('settings').$type<{ theme: string }>(),
  tags: text('tags').array(),
  credits: bigint('credits', { mode: 'bigint' }),
});
const ownColumns = [
  `settings jsonb default '{"theme":"dark"}'`,
  `tags text[] default '{a,b}'`,
  'credits bigint default 7',
];

/** What applications set for the whole process, and more. */
const parsers: readonly (readonly [number, (value: string) => unknown])[] = [
  // bool
  [16, (value) => (value === 't' ? 1 : 0)],
  // int8, int2, int4
  ...[20, 21, 23].map((id) => [id, BigInt] as const),
  // json, jsonb, text[], timestamp, timestamptz, float8, numeric
  ...[114, 3802, 1009, 1114, 1184, 701, 1700].map((id) => [id, String] as const),
];

const handled: RecordedUserEvent[] = [];
const erased: unknown[] = [];

@Injectable()
class Application {
  @OnUserEvent(['created', 'updated'], { name: 'handler', from: 'beginning' })
  handle(event: RecordedUserEvent): void {
    handled.push(event);
  }

  @EraseUserData()
  erase(user: unknown): void {
    erased.push(user);
  }
}

let postgres: EmbeddedPostgres;
let clerk: TestClerk;
let pool: pg.Pool;
let app: INestApplicationContext;
let clerkSync: ClerkSync<typeof users.$inferSelect>;
const log = new RecordedLog();
beforeAll(async () => {
  for (const parser of parsers) Reflect.apply(pg.types.setTypeParser, pg.types, parser);
  [postgres, clerk] = await Promise.all([startTemporaryPostgres(), startTestClerk()]);
  pool = openPool(await postgres.createDatabase('type_parsers'), 5);
  await pool.query(createUserTable('app_users', ...ownColumns));
  await pool.query(clerkSyncSql(users));
  app = await startApplication({ ...clerk.options, database: { pool, users }, log }, [Application]);
  clerkSync = app.get(ClerkSync);
});
afterAll(async () => {
  await app.close();
  await pool.end();
  await Promise.all([postgres.remove(), clerk.close()]);
});

/** The application's columns as Drizzle reads them. */
const own = { settings: { theme: 'dark' }, tags: ['a', 'b'], credits: 7n };

test('rows are the same with parsers that an application sets for the process', async () => {
  const token = await clerk.signToken({ clerkId: 'user_1', name: 'Ada' });
  const created = await clerkSync.authenticate(token);
  expect(created).toMatchObject({ ...own, name: 'Ada', bannedAt: null, banVersion: 0 });
  expect(created.createdAt.getTime()).toBeGreaterThan(Date.now() - 600_000);

  const repository: UserRepository<unknown> = app.get(UserRepository);
  await repository.endSession('user_1', 'sess_1');
  const at = Date.now() + 1_000;
  const profile = { clerkId: 'user_1', email: null, name: 'Grace', imageUrl: null };
  const result = await repository.sync({ ...profile, version: { at, exact: true } }, 'webhook');
  expect(result).toMatchObject({
    outcome: 'updated',
    version: at,
    user: { ...own, name: 'Grace', profileVersion: at },
    revocations: { endedSessions: ['sess_1'] },
  });
  expect(await repository.findById(created.id)).toMatchObject({ ...own, name: 'Grace' });
});

test('LISTEN/NOTIFY and handlers work with them', async () => {
  await vi.waitFor(() => {
    expect(log.entries.map(({ message }) => message).join()).toContain('LISTEN/NOTIFY works');
    expect(handled.map(({ type, changed }) => [type, ...changed])).toEqual([
      ['created'],
      ['updated', 'name'],
    ]);
  }, 30_000);
  expect(handled[0]?.occurredAt.getTime()).toBeGreaterThan(Date.now() - 600_000);
  expect(await app.get(EventHandlers).lags()).toEqual(new Map([['handler', 0]]));
});

test('reconciliation and deletions work with them', async () => {
  clerk.addUser({ clerkId: 'user_1', name: 'Grace' });
  clerk.addUser({ clerkId: 'user_2', name: 'Eve' });
  expect(await clerkSync.reconcile({ ratePerSecond: 1_000 })).toMatchObject({
    scanned: 2,
    created: 1,
  });
  expect(await clerkSync.reconcile({ ratePerSecond: 1_000 })).toMatchObject({ created: 0 });
  expect(await clerkSync.delete('user_2')).toBe('deleted');
  expect(erased).toMatchObject([{ ...own, name: 'Eve' }]);
  expect(await clerkSync.restore('user_2')).toBe(true);
});
