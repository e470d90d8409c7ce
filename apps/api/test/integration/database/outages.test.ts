import { type AddressInfo, createServer } from 'node:net';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTcpProxy, until } from '@populatte/process-kit';
import { SyncUnavailableError } from '@populatte/nestjs-clerk-sync/src/core/errors.js';
import { createDatabase } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/database.js';
import { inTransaction } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/transaction.js';
import { DatabaseReadiness } from '../../../src/infrastructure/database/database-readiness.js';
import { connectTo, type DatabaseConnection } from '../../support/database-connection.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfile } from '@populatte/nestjs-clerk-sync/test/support/profile.builder.js';
import { liveUser } from '@populatte/nestjs-clerk-sync/test/support/live-user.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Expects SyncUnavailableError from every method of the port; @returns the milliseconds that it took */
async function expectAllUnavailable({ users }: DatabaseConnection): Promise<number> {
  const startedAt = performance.now();
  const calls = [
    () => users.sync(aProfile()),
    () => users.findByClerkId('user_1'),
    () => users.findById('6b0a2d3e-6b0a-4d3e-8b0a-6b0a2d3e6b0a'),
    () => users.markDeleted('user_1'),
  ];
  const results = await Promise.allSettled(calls.map((call) => call()));
  for (const result of results) {
    const reason: unknown = result.status === 'rejected' ? result.reason : 'fulfilled';
    if (!(reason instanceof SyncUnavailableError))
      throw new Error('Expected SyncUnavailableError.', { cause: reason });
    expect(reason.retryAfterSeconds).toBeGreaterThanOrEqual(1);
    expect(reason.message).not.toMatch(/user_|select|insert|postgres/i);
  }
  return performance.now() - startedAt;
}

/** Runs with a new pool, which it closes afterwards. */
async function withConnection(
  url: string,
  run: (connection: DatabaseConnection) => Promise<void>,
  poolSize?: number,
): Promise<void> {
  const connection = connectTo(url, poolSize);
  try {
    await run(connection);
  } finally {
    await connection.close();
  }
}

describe('a database that cannot be reached is unavailable', () => {
  test('at once if the port is closed', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await withConnection(`postgres://u:p@127.0.0.1:${port}/x`, async (connection) => {
      expect(await expectAllUnavailable(connection)).toBeLessThan(2_000);
      const readiness = new DatabaseReadiness(createDatabase(connection.pool), connection.writes);
      expect(await readiness.check()).toMatchObject({ status: 'unavailable' });
    });
  });

  test('after the connect timeout of 2 s if the server sends nothing', async () => {
    const open = new Set<{ destroy(): void }>();
    const server = createServer((socket) => open.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await withConnection(`postgres://u:p@127.0.0.1:${port}/x`, async (connection) => {
      expect(await expectAllUnavailable(connection)).toBeLessThan(4_000);
    });
    open.forEach((socket) => {
      socket.destroy();
    });
    await new Promise((resolve) => server.close(resolve));
  });

  test('if the database or the role does not exist', async () => {
    const url = new URL(database.url);
    url.pathname = '/does_not_exist';
    await withConnection(url.href, async (connection) => {
      await expectAllUnavailable(connection);
    });
    const stranger = new URL(database.url);
    stranger.username = 'stranger';
    await withConnection(stranger.href, async (connection) => {
      await expectAllUnavailable(connection);
    });
  });
});

describe('a database that cannot serve is unavailable', () => {
  test('within 5 s while the table is locked, and serves once the lock is released', async () => {
    const clerkUser = aClerkUser();
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('begin');
    await blocker.query('lock table users in access exclusive mode');
    await withConnection(database.url, async (connection) => {
      const elapsed = await expectAllUnavailable(connection);
      expect(elapsed).toBeGreaterThan(3_500);
      expect(elapsed).toBeLessThan(5_000);
      await blocker.query('rollback');
      expect(await connection.users.sync(aProfile(clerkUser))).toMatchObject({
        outcome: 'created',
      });
    });
    await blocker.end();
  });

  test('within 5 s while all connections of the pool are taken', async () => {
    await withConnection(
      database.url,
      async (connection) => {
        const taken = await connection.pool.connect();
        expect(await expectAllUnavailable(connection)).toBeLessThan(5_000);
        taken.release();
        expect(await connection.users.findByClerkId('user_1')).toBeNull();
      },
      1,
    );
  });

  test('for writes while it is read-only, and serves reads', async () => {
    const url = new URL(database.url);
    url.searchParams.set('options', '-c default_transaction_read_only=on');
    await withConnection(url.href, async ({ users }) => {
      await expect(users.sync(aProfile())).rejects.toBeInstanceOf(SyncUnavailableError);
      await expect(users.markDeleted('user_1')).rejects.toBeInstanceOf(SyncUnavailableError);
      expect(await users.findByClerkId('user_1')).toBeNull();
    });
  });

  test('while the table does not exist, and serves once it does', async () => {
    const own = await createTestDatabase();
    await own.query('alter table users rename to users_elsewhere');
    await withConnection(own.url, async (connection) => {
      const readiness = new DatabaseReadiness(createDatabase(connection.pool), connection.writes);
      await expectAllUnavailable(connection);
      expect(await readiness.check()).toMatchObject({ status: 'unavailable' });
      await own.query('alter table users_elsewhere rename to users');
      expect(await connection.users.sync(aProfile())).toMatchObject({ outcome: 'created' });
      expect(await readiness.check()).toEqual({ status: 'ready' });
    });
    await own.drop();
  });

  test('to a role without privileges', async () => {
    const own = await createTestDatabase();
    await own.query(
      `set client_min_messages = error; drop role if exists powerless; create role powerless login password 'p'`,
    );
    const url = new URL(own.url);
    url.username = 'powerless';
    url.password = 'p';
    await withConnection(url.href, async (connection) => {
      await expectAllUnavailable(connection);
    });
    await own.drop();
    await database.query('drop role powerless');
  });
});

describe('a database whose connections break', () => {
  const killAll = (): Promise<unknown> =>
    database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'populatte-api' and datname = current_database()`,
    );

  test('serves the next request after all idle connections were killed', async () => {
    await withConnection(database.url, async ({ users, pool, log }) => {
      await Promise.all(Array.from({ length: 10 }, () => users.sync(aProfile())));
      expect(pool.idleCount).toBeGreaterThan(1);
      await killAll();
      expect(await users.sync(aProfile())).toMatchObject({ outcome: 'created' });
      await until('the loss is logged', () => log.entries.length > 0);
      expect(log.entries[0]).toMatchObject({ level: 'warn' });
    });
  });

  test('serves the next request if every connection turns out to be broken when it is used', async () => {
    const proxy = await startTcpProxy(database.url);
    await withConnection(proxy.url, async ({ users, pool, writes }) => {
      await Promise.all(Array.from({ length: 20 }, () => users.sync(aProfile())));
      expect(pool.idleCount).toBe(10);
      proxy.forget();
      expect(await users.sync(aProfile())).toMatchObject({ outcome: 'created' });

      await Promise.all(Array.from({ length: 20 }, () => users.sync(aProfile())));
      proxy.forget();
      expect(await new DatabaseReadiness(createDatabase(pool), writes).check()).toEqual({
        status: 'ready',
      });
    });
    await proxy.close();
  });

  test('keeps the process alive when idle connections are killed', async () => {
    await withConnection(database.url, async ({ users, pool }) => {
      await users.sync(aProfile());
      await killAll();
      await until('the pool has noticed', () => pool.totalCount === 0);
      expect(await users.findByClerkId('user_1')).toBeNull();
    });
  });

  test('finishes a statement in flight on another connection', async () => {
    const clerkUser = aClerkUser();
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('begin');
    await blocker.query('lock table users in share row exclusive mode');
    await withConnection(database.url, async ({ users }) => {
      const waiting = users.sync(aProfile(clerkUser));
      await until('the statement waits for the lock', async () => {
        const rows = await database.query(
          `select pid from pg_stat_activity
           where application_name = 'populatte-api' and wait_event_type = 'Lock'
             and datname = current_database()`,
        );
        return rows.length > 0;
      });
      await killAll();
      await blocker.query('rollback');
      expect(await waiting).toMatchObject({ outcome: 'created', user: clerkUser });
    });
    await blocker.end();
  });

  test('serves changes and deletions after a column of users got another type', async () => {
    const own = await createTestDatabase();
    const clerkUsers = Array.from({ length: 6 }, () => aClerkUser());
    const [changed, ...deleted] = clerkUsers.map(({ clerkId }) => clerkId);
    await withConnection(own.url, async ({ users, pool }) => {
      await Promise.all(clerkUsers.map((clerkUser) => users.sync(aProfile(clerkUser))));
      // Every connection has run the trigger, whose plans are kept.
      const rename = `update users set email = 'another@people.example' where clerk_id = $1`;
      await Promise.all(clerkUsers.map(({ clerkId }) => pool.query(rename, [clerkId])));
      expect(pool.idleCount).toBeGreaterThan(1);
      await own.query('alter table users alter column email type varchar(400)');

      for (const clerkId of deleted) expect(await users.markDeleted(clerkId)).toBe('deleted');
      const profile = aProfile({ ...aClerkUser(), clerkId: changed ?? '' }, 1);
      expect(await users.sync(profile, 'webhook')).toMatchObject({ outcome: 'updated' });
    });
    await own.drop();
  });

  test('runs no second transaction on a connection that has plans for another type', async () => {
    const own = await createTestDatabase();
    await withConnection(
      own.url,
      async ({ users, pool }) => {
        const { clerkId } = liveUser(await users.sync(aProfile()));
        let count = 0;
        const change = (): Promise<unknown> =>
          inTransaction(
            pool,
            (transaction) =>
              transaction.execute(
                sql`update users set email = ${String((count += 1))} where clerk_id = ${clerkId}`,
              ),
            { statementTimeoutMs: 4_000 },
          );
        await change();
        await own.query('alter table users alter column email type varchar(400)');
        await expect(change()).rejects.toThrow();
        await change();
      },
      1,
    );
    await own.drop();
  });

  test('creates one row per user while connections are killed repeatedly', async () => {
    const clerkUsers = Array.from({ length: 10 }, () => aClerkUser());
    await withConnection(database.url, async ({ users }) => {
      const over = new AbortController();
      const killing = (async () => {
        while (!over.signal.aborted) {
          await killAll();
          await new Promise((resolve) => setTimeout(resolve, 30));
        }
      })();
      for (let round = 0; round < 20; round += 1) {
        const results = await Promise.allSettled(
          clerkUsers.map((clerkUser) => users.sync(aProfile(clerkUser, round))),
        );
        for (const result of results) {
          if (result.status === 'rejected') {
            expect(result.reason).toBeInstanceOf(SyncUnavailableError);
          }
        }
      }
      over.abort();
      await killing;
      for (const clerkUser of clerkUsers) {
        expect(await users.sync(aProfile(clerkUser, 99))).toMatchObject({ user: clerkUser });
      }
    });
    const [count] = await database.query<{ n: string }>(
      'select count(*) as n from users where clerk_id = any($1)',
      [clerkUsers.map(({ clerkId }) => clerkId)],
    );
    expect(count?.n).toBe('10');
  });
});
