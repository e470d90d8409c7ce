import { Socket } from 'node:net';
import { type INestApplicationContext, Injectable } from '@nestjs/common';
import {
  type EmbeddedPostgres,
  openPool,
  query,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import { pgTable } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { ClerkSync, clerkSyncSql, clerkUserColumns, OnUserEvent } from '../src/index.js';
import { startTestClerk, type TestClerk } from '../src/testing/index.js';
import { createUserTable } from './support/create-user-table.js';
import { RecordedLog } from './support/recorded-log.js';
import { startApplication } from './support/start-application.js';

const users = pgTable('app_users', clerkUserColumns());

/** The ids of the users whose creation was handled. */
const handled: string[] = [];

@Injectable()
class Handler {
  @OnUserEvent('created', { name: 'handler', from: 'beginning' })
  handle({ userId }: { readonly userId: string }): void {
    handled.push(userId);
  }
}

let postgres: EmbeddedPostgres;
let clerk: TestClerk;
let log: RecordedLog;
let app: INestApplicationContext | undefined;
let pool: pg.Pool;
beforeAll(async () => {
  postgres = await startTemporaryPostgres();
  clerk = await startTestClerk();
});
afterAll(async () => {
  await clerk.close();
  await postgres.remove();
});
afterEach(async () => {
  await app?.close();
  await pool.end();
});

/** Starts an application on a pool of its own, with the module's tables in this schema. */
async function start(
  name: string,
  schema: string,
  open: (connectionString: string) => pg.Pool,
): Promise<ClerkSync> {
  const url = await postgres.createDatabase(name);
  const table = createUserTable(`${schema}.app_users`);
  await query(url, `create schema if not exists ${schema}; ${table}`);
  await query(url, `set search_path = ${schema}; ${clerkSyncSql(users)}`);
  pool = open(url);
  log = new RecordedLog();
  app = await startApplication({ ...clerk.options, database: { pool, users }, log }, [Handler]);
  return app.get(ClerkSync);
}

const tokenOf = (clerkId: string): Promise<string> => clerk.signToken({ clerkId });

test('works with a search_path that only the pool’s connections have', async () => {
  const clerkSync = await start('prepared_connections', 'app', (connectionString) => {
    const own = openPool(connectionString, 2);
    own.on('connect', (client) => void client.query('set search_path = app'));
    return own;
  });
  const user = await clerkSync.authenticate(await tokenOf('user_1'));
  expect(user).toMatchObject({ clerkId: 'user_1' });
  await vi.waitFor(() => {
    expect(handled).toEqual([Reflect.get(Object(user) as object, 'id')]);
    const messages = log.entries.map(({ message }) => message).join();
    expect(messages).toContain('LISTEN/NOTIFY works');
  }, 30_000);
  expect(log.entries.filter(({ level }) => level !== 'info')).toEqual([]);
});

test('recovers from connections that the network has silently dropped', async () => {
  const streams: Socket[] = [];
  const clerkSync = await start('silent_connections', 'public', (connectionString) => {
    const stream = (): Socket => {
      const socket = new Socket();
      streams.push(socket);
      return socket;
    };
    return openPool(connectionString, 3, {
      idleTimeoutMillis: 0,
      statement_timeout: 4_000,
      stream,
    });
  });
  const tokens = await Promise.all(['user_1', 'user_2', 'user_3'].map(tokenOf));
  await Promise.all(tokens.map((token) => clerkSync.authenticate(token)));
  expect(pool.totalCount).toBeGreaterThan(1);

  for (const stream of streams) stream.pause();

  try {
    await expect(clerkSync.authenticate(await tokenOf('user_4'))).rejects.toThrow('unavailable');
    const before = performance.now();
    expect(await clerkSync.authenticate(await tokenOf('user_4'))).toMatchObject({
      clerkId: 'user_4',
    });
    expect(performance.now() - before).toBeLessThan(3_000);
  } finally {
    // Otherwise the pool would wait for them when it ends.
    for (const stream of streams) stream.destroy();
  }
});
