import { type ExecutionContext, type INestApplicationContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import {
  type EmbeddedPostgres,
  openPool,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import { jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ClerkAuthGuard, clerkSyncSql, clerkUserColumns } from '../src/index.js';
import { startTestClerk, type TestClerk } from '../src/testing/index.js';
import { createUserTable } from './support/create-user-table.js';
import { startApplication } from './support/start-application.js';

const users = pgTable('app_users', {
  ...clerkUserColumns(),
  settings: jsonb('settings').$type<{ theme: string; tags: string[] }>().notNull(),
  seenAt: timestamp('seen_at', { withTimezone: true }).notNull().defaultNow(),
  plan: text('plan').notNull().default('free'),
});
type User = typeof users.$inferSelect;

let postgres: EmbeddedPostgres;
let clerk: TestClerk;
let pool: pg.Pool;
let application: INestApplicationContext;
let guard: ClerkAuthGuard;

beforeAll(async () => {
  [postgres, clerk] = await Promise.all([startTemporaryPostgres(), startTestClerk()]);
  pool = openPool(await postgres.createDatabase('shared_user'));
  const own = `settings jsonb not null default '{"theme": "dark", "tags": ["a", "b"]}',
    seen_at timestamptz not null default now(), plan text not null default 'free'`;
  await pool.query(createUserTable('app_users', own));
  await pool.query(clerkSyncSql(users));
  // The default age is a second, which a slow machine may take between two requests.
  const cache = { maxAgeMs: 60_000 };
  application = await startApplication({ ...clerk.options, database: { pool, users }, cache });
  guard = application.get(ClerkAuthGuard);
});
afterAll(async () => {
  await application.close();
  await pool.end();
  await Promise.all([postgres.remove(), clerk.close()]);
});

class Controller {
  handle(): void {
    return undefined;
  }
}
const handle = Reflect.get<Controller, 'handle'>(Controller.prototype, 'handle');

/** @returns the user of a request with this token */
async function request(token: string): Promise<User> {
  const headers = { raw: { rawHeaders: ['Authorization', `Bearer ${token}`] } };
  const sent: typeof headers & { user: User | null } = { ...headers, user: null };
  const args = [sent, { setHeader: () => undefined }];
  const context: ExecutionContext = new ExecutionContextHost(args, Controller, handle);
  expect(await guard.canActivate(context)).toBe(true);
  if (sent.user === null) throw new Error('The guard attached no user.');
  return sent.user;
}

/** What a careless handler may do to its user. */
const changes: readonly ((user: User) => unknown)[] = [
  (user) => (user.name = 'Changed'),
  (user) => (user.plan = 'paid'),
  (user) => (user.settings = { theme: 'light', tags: [] }),
  (user) => (user.settings.theme = 'light'),
  (user) => user.settings.tags.push('c'),
  (user) => user.settings.tags.sort().reverse(),
  (user) => user.seenAt.setFullYear(1970),
  (user) => user.createdAt.setTime(0),
  (user) => Reflect.deleteProperty(user, 'email'),
  (user) => Reflect.defineProperty(user, 'plan', { value: 'paid' }),
  (user) => Reflect.setPrototypeOf(user, { isAdmin: true }),
  (user) => Object.assign(user, { isAdmin: true }),
];

test('two concurrent requests share a cached user, and neither changes what the other sees', async () => {
  const token = await clerk.signToken({ clerkId: 'user_1', email: 'ada@people.example' });
  await request(token);
  const [one, other] = await Promise.all([request(token), request(token)]);
  expect(other).toBe(one);
  const before = structuredClone(other);
  expect(before).toMatchObject({ plan: 'free', settings: { theme: 'dark', tags: ['a', 'b'] } });
  for (const change of changes) {
    try {
      change(one);
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
    }
    expect(structuredClone(other), change.toString()).toEqual(before);
    expect(other).not.toHaveProperty('isAdmin');
  }
  expect(await request(token)).toBe(other);
});
