import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type EmbeddedPostgres,
  openPool,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import { pgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AuthenticationError,
  ClerkSync,
  ClerkSyncModule,
  clerkUserColumns,
  clerkUserConstraints,
  clerkSyncSql,
} from '../src/index.js';
import { startTestClerk, type TestClerk } from '../src/testing/index.js';

const users = pgTable('users', clerkUserColumns(), clerkUserConstraints);
const ada = { clerkId: 'user_ada', email: 'ada@people.example', name: 'Ada' };

let postgres: EmbeddedPostgres;
let clerk: TestClerk;
let pool: ReturnType<typeof openPool>;
let application: Awaited<ReturnType<typeof NestFactory.createApplicationContext>>;
let clerkSync: ClerkSync<typeof users.$inferSelect>;

beforeAll(async () => {
  [postgres, clerk] = await Promise.all([startTemporaryPostgres(), startTestClerk()]);
  pool = openPool(postgres.url, 2);
  await pool.query(`
    create table users (
      id uuid primary key, clerk_id text not null unique, email text, name text, image_url text,
      profile_version bigint not null, created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now(), deleted_at timestamptz(3))`);
  await pool.query(clerkSyncSql(users));
  @Module({ imports: [ClerkSyncModule.forRoot({ ...clerk.options, database: { pool, users } })] })
  class App {}
  application = await NestFactory.createApplicationContext(App, { logger: false });
  clerkSync = application.get(ClerkSync);
});
afterAll(async () => {
  await application.close();
  await pool.end();
  await Promise.all([postgres.remove(), clerk.close()]);
});

describe('ClerkSync.authenticate', () => {
  test('returns the user of a token, who has a row from then on', async () => {
    const user = await clerkSync.authenticate(await clerk.signToken(ada));
    expect(user).toMatchObject(ada);
    expect(await clerkSync.findByClerkId('user_ada')).toEqual(user);
  });

  test.each<[string, string, () => unknown]>([
    ['of another application', 'token_invalid', () => clerk.signToken(ada, { azp: 'https://x.y' })],
    ['that is made up', 'token_invalid', () => 'made.up.token'],
    ['that is empty', 'token_missing', () => ''],
    ['that a client has not sent', 'token_missing', () => undefined],
  ])('refuses a token %s', async (_what, code, token) => {
    const refused = clerkSync.authenticate((await token()) as string);
    await expect(refused).rejects.toBeInstanceOf(AuthenticationError);
    await expect(refused).rejects.toMatchObject({ code });
  });

  test('refuses a deleted user', async () => {
    const token = await clerk.signToken({ clerkId: 'user_gone', email: null, name: 'Gone' });
    await clerkSync.authenticate(token);
    await clerkSync.delete('user_gone');
    const later = await clerk.signToken({ clerkId: 'user_gone', email: null, name: 'Gone' });
    await expect(clerkSync.authenticate(later)).rejects.toMatchObject({ code: 'user_deleted' });
  });
});

describe('An id that cannot be Clerk’s', () => {
  const ids = ['', ' ', 'user_\u0000', 'user_caf\u00e9', 'u'.repeat(256), undefined, null, 5];
  const given = ids.map((id) => [id as string]);

  test.each(given)('%j has no user', async (clerkId) => {
    expect(await clerkSync.findByClerkId(clerkId)).toBeNull();
  });

  test.each(given)('%j is not looked up at Clerk', async (clerkId) => {
    for (const work of [clerkSync.restore(clerkId), clerkSync.sync(clerkId)]) {
      await expect(work).rejects.toMatchObject({ code: 'user_unknown' });
    }
  });

  test.each(given)('%j is not stored', async (clerkId) => {
    await expect(clerkSync.delete(clerkId)).rejects.toThrow(TypeError);
    const profile = { clerkId, email: null, name: null, imageUrl: null };
    await expect(clerkSync.sync({ ...profile, version: { at: 1, exact: true } })).rejects.toThrow(
      TypeError,
    );
  });
});

test.each<[string, unknown]>([
  ['undefined', undefined],
  ['without a time', { exact: true }],
  ['without exactness', { at: 1 }],
  ['of NaN', { at: Number.NaN, exact: true }],
  ['of a fraction', { at: 1.5, exact: true }],
  ['before the epoch', { at: -1, exact: true }],
  ['of a Date', { at: new Date(), exact: true }],
  ['of text', { at: '1700000000000', exact: true }],
])('a profile with a version %s is not stored', async (_what, version) => {
  const profile = { clerkId: 'user_odd', email: null, name: null, imageUrl: null };
  const sync = clerkSync.sync({ ...profile, version: version as { at: number; exact: boolean } });
  await expect(sync).rejects.toThrow(TypeError);
  expect(await clerkSync.findByClerkId('user_odd')).toBeNull();
});
