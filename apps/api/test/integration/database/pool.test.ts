import { randomUUID } from 'node:crypto';
import { connect, createServer, type AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { until } from '@populatte/process-kit';
import { SyncUnavailableError } from '@populatte/nestjs-clerk-sync/src/core/errors.js';
import { createDatabase } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/database.js';
import { DatabaseReadiness } from '../../../src/infrastructure/database/database-readiness.js';
import { ListeningConnection } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/listening-connection.js';
import { hasConnections } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/connection-pool.js';
import { withPassword } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/pool-settings.js';
import { connectTo, type DatabaseConnection } from '../../support/database-connection.js';
import {
  aClerkUser,
  type ClerkUser,
} from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfile } from '@populatte/nestjs-clerk-sync/test/support/profile.builder.js';
import { hasPgBouncer, startPooler } from '../../support/pooler.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** @returns the number of calls per outcome or error */
async function outcomesOf(calls: readonly Promise<{ outcome: string }>[]): Promise<unknown> {
  const counts: Record<string, number> = {};
  for (const result of await Promise.allSettled(calls)) {
    const key = result.status === 'fulfilled' ? result.value.outcome : String(result.reason);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

describe('a role with a connection limit below the pool size', () => {
  test.each([1, 3])(
    'of %i serves 60 concurrent first requests, which wait for a connection',
    async (limit) => {
      const role = await limitedRole(limit);
      const connection = connectTo(role.url, 10);
      try {
        const syncs = (): Promise<{ outcome: string }>[] =>
          times(60, () => connection.users.sync(aProfile(aClerkUser())));
        expect(await outcomesOf(syncs())).toEqual({ created: 60 });
        expect(connection.pool.totalCount).toBeLessThanOrEqual(limit);
        expect(await outcomesOf(syncs())).toEqual({ created: 60 });
      } finally {
        await connection.close();
      }
      await role.drop();
    },
  );

  describe('after ten seconds', () => {
    afterEach(() => vi.useRealTimers());

    test('names the limit once, and tries one more connection instead of the pool’s size', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
      const role = await limitedRole(2);
      const connection = connectTo(role.url, 10);
      const { pool, log } = connection;
      pool.options.idleTimeoutMillis = 600_000;
      try {
        for (let round = 0; round < 3; round += 1) {
          const syncs = times(20, () => connection.users.sync(aProfile(aClerkUser())));
          expect(await outcomesOf(syncs)).toEqual({ created: 20 });
          const { max } = pool.options;
          expect(max).toBeLessThanOrEqual(3);
          vi.advanceTimersByTime(10_000);
          expect(pool.options.max).toBeLessThanOrEqual(max + 1);
        }
        const warnings = log.entries.map(({ message }) => message);
        expect(new Set(warnings).size).toBe(warnings.length);
        // PostgreSQL also counts connections that it is about to refuse.
        expect(warnings.join('\n')).toMatch(
          /grants this process [12] of the pool’s 10 connections/,
        );

        await database.query(`alter role ${new URL(role.url).username} connection limit -1`);
        const syncs = times(60, () => connection.users.sync(aProfile(aClerkUser())));
        expect(await outcomesOf(syncs)).toEqual({ created: 60 });
        expect(pool.options.max).toBeGreaterThan(3);
      } finally {
        await connection.close();
      }
      await role.drop();
    });
  });

  test('reports at once that handlers of events hold all its connections', async () => {
    const role = await limitedRole(2);
    const connection = connectTo(role.url, 10);
    // eslint-disable-next-line no-restricted-syntax -- handlers of events create theirs with these options
    const ofHandlers = new pg.Pool({ ...withPassword(connection.pool.options), max: 3 });
    const clients = await Promise.all([ofHandlers.connect(), ofHandlers.connect()]);
    try {
      await expect(ofHandlers.connect()).rejects.toMatchObject({ code: '53300' });
      expect(connection.pool.options.max).toBe(10);
      expect(hasConnections(connection.pool)).toBe(false);
      const sync = connection.users.sync(aProfile(aClerkUser()));
      await expect(sync).rejects.toBeInstanceOf(SyncUnavailableError);
    } finally {
      for (const client of clients) client.release();
      await ofHandlers.end();
      await connection.close();
    }
    await role.drop();
  });
});

/** Creates a role and resolves to a URL of it. */
async function limitedRole(limit: number): Promise<{ url: string; drop: () => Promise<void> }> {
  const role = `limited_${randomUUID().replaceAll('-', '')}`;
  await database.query(`create role ${role} login password 'p' connection limit ${limit}`);
  await database.query(`grant select, insert, update on users to ${role}`);
  await database.query(`grant select on ended_sessions to ${role}`);
  const url = new URL(database.url);
  url.username = role;
  url.password = 'p';
  return {
    url: url.href,
    drop: async () => {
      await database.query(`drop owned by ${role}; drop role ${role}`);
    },
  };
}

describe('a pooler that grants fewer connections than the pool’s size', () => {
  test.each([
    // PgBouncer
    ['08P01', 'no more connections allowed (max_client_conn)'],
    ['08P01', 'client connections exceeded (max_db_client_connections)'],
    // Supavisor
    ['XX000', 'MaxClientsInSessionMode: max clients reached - in Session mode'],
    ['XX000', '(EMAXCONNSESSION) max clients reached in session mode'],
    ['XX000', 'Max client connections reached'],
  ])('with %s %s serves 60 concurrent first requests', async (code, message) => {
    const pooler = await limitedPooler(3, code, message);
    const connection = connectTo(pooler.url, 10);
    try {
      const syncs = times(60, () => connection.users.sync(aProfile(aClerkUser())));
      expect(await outcomesOf(syncs)).toEqual({ created: 60 });
    } finally {
      await connection.close();
      pooler.close();
    }
  });
});

describe.skipIf(!hasPgBouncer)(
  'PgBouncer with fewer server connections than the pool’s size',
  () => {
    test.each(['session', 'transaction'] as const)(
      'in %s mode serves 60 concurrent first requests, which it would let wait without an error',
      async (mode) => {
        const pooler = await startPooler(database.url, mode, { default_pool_size: '2' });
        const connection = connectTo(pooler.url, 10);
        try {
          const syncs = (): Promise<{ outcome: string }>[] =>
            times(60, () => connection.users.sync(aProfile(aClerkUser())));
          expect(await outcomesOf(syncs())).toEqual({ created: 60 });
          expect(await outcomesOf(syncs())).toEqual({ created: 60 });
        } finally {
          await connection.close();
          await pooler.stop();
        }
      },
    );
  },
);

test.skipIf(!hasPgBouncer)(
  'LISTEN names the pooler as the likely cause if it gets no server connection',
  async () => {
    const pooler = await startPooler(database.url, 'session', { default_pool_size: '1' });
    const holder = new pg.Client({ connectionString: pooler.url });
    await holder.connect();
    await holder.query('select');
    const connection = new ListeningConnection(pooler.url, () => undefined);
    try {
      await expect(connection.connect()).rejects.toThrow('no server connection left');
    } finally {
      connection.destroy();
      await holder.end();
      await pooler.stop();
    }
  },
);

/** Starts a proxy that refuses connections beyond the limit with an error of PostgreSQL's protocol. */
async function limitedPooler(
  limit: number,
  code: string,
  message: string,
): Promise<{ url: string; close: () => void }> {
  const target = new URL(database.url);
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5, 'E');
  head.writeInt32BE(fields.length + 4, 1);
  let open = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (open >= limit) {
      socket.once('data', () => socket.end(Buffer.concat([head, fields])));
      return;
    }
    open += 1;
    socket.once('close', () => (open -= 1));
    const through = connect(Number(target.port), target.hostname);
    through.on('error', () => undefined);
    socket.pipe(through).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(database.url);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    close: () => {
      server.close();
    },
  };
}

describe.skipIf(!hasPgBouncer)('PgBouncer in statement mode', () => {
  test('is named by readiness and by the error of a request, without retries', async () => {
    const pooler = await startPooler(database.url, 'statement');
    const connection = connectTo(pooler.url);
    let connects = 0;
    connection.pool.on('connect', () => (connects += 1));
    const reason = /transaction blocks not allowed in statement pooling mode/;
    try {
      await expect(connection.users.sync(aProfile())).rejects.toMatchObject({
        code: 'sync_unavailable',
        cause: { message: expect.stringMatching(reason) as string },
      });
      expect(connects).toBe(1);
      const readiness = new DatabaseReadiness(createDatabase(connection.pool), connection.writes);
      expect(await readiness.check()).toMatchObject({
        status: 'unavailable',
        reason: 'The pooler of the database is in statement mode, which allows no transactions.',
      });
    } finally {
      await connection.close();
      await pooler.stop();
    }
  });
});

/** Locks these users' rows until the returned function is called. */
async function lockRows(clerkUsers: readonly ClerkUser[]): Promise<() => Promise<void>> {
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  await holder.query('begin');
  const ids = clerkUsers.map(({ clerkId }) => clerkId);
  await holder.query('select from users where clerk_id = any($1) for update', [ids]);
  return async () => {
    await holder.query('rollback');
    await holder.end();
  };
}

describe('rows that another transaction locks', () => {
  let connection: DatabaseConnection;
  beforeAll(() => {
    connection = connectTo(database.url, 10);
  });
  afterAll(() => connection.close());

  test.each<[string, number, number]>([
    ['15 requests of one user', 1, 15],
    ['one request of each of 300 users', 300, 1],
  ])('do not block other users while %s wait', async (_what, users, requests) => {
    const clerkUsers = times(users, () => aClerkUser());
    await Promise.all(clerkUsers.map((clerkUser) => connection.users.sync(aProfile(clerkUser))));
    const release = await lockRows(clerkUsers);
    let unlocked = false;
    const blocked = clerkUsers.flatMap((clerkUser) =>
      times(requests, (index) =>
        connection.users.sync(aProfile({ ...clerkUser, name: 'Grace' }, 1 + index)),
      ),
    );
    const settled = Promise.allSettled(blocked).then((results) => {
      expect(unlocked).toBe(true);
      return results;
    });
    // The rows are unlocked only after all the others are served.
    const others = await outcomesOf([
      ...times(10, () => connection.users.sync(aProfile(aClerkUser()))),
      ...times(10, async () => {
        const stored = await connection.users.findByClerkId(clerkUsers[0]?.clerkId ?? '');
        return { outcome: stored?.state ?? 'none' };
      }),
    ]);
    expect(others).toEqual({ created: 10, live: 10 });
    unlocked = true;
    await release();
    for (const result of await settled) {
      expect(result).toMatchObject({ status: 'fulfilled' });
    }
    const stored = await connection.users.findByClerkId(clerkUsers[0]?.clerkId ?? '');
    expect(stored).toMatchObject({ user: { name: 'Grace' } });
  });

  test('are read if they need no write', async () => {
    const clerkUser = aClerkUser();
    await connection.users.sync(aProfile(clerkUser));
    const release = await lockRows([clerkUser]);
    expect(await connection.users.sync(aProfile(clerkUser))).toMatchObject({
      outcome: 'unchanged',
    });
    await release();
  });

  test('lead to SyncUnavailableError for a sync and a deletion if they stay locked', async () => {
    const clerkUser = aClerkUser();
    await connection.users.sync(aProfile(clerkUser));
    const release = await lockRows([clerkUser]);
    const results = await Promise.allSettled([
      connection.users.sync(aProfile({ ...clerkUser, name: 'Grace' }, 1)),
      connection.users.markDeleted(clerkUser.clerkId),
    ]);
    for (const result of results) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: expect.any(SyncUnavailableError) as unknown,
      });
    }
    await release();
    expect(await connection.users.markDeleted(clerkUser.clerkId)).toBe('deleted');
    expect(await connection.users.markDeleted(clerkUser.clerkId)).toBe('ignored');
  });
});

describe('a database that accepts and closes connections', () => {
  test('gets fewer than 30 connection attempts for 500 requests, and its recovery is detected', async () => {
    let attempts = 0;
    let upstream: number | null = null;
    const target = new URL(database.url);
    const server = createServer((socket) => {
      attempts += 1;
      socket.on('error', () => undefined);
      if (upstream === null) {
        socket.destroy();
        return;
      }
      const through = connect(upstream, target.hostname);
      through.on('error', () => undefined);
      socket.pipe(through).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(database.url);
    url.port = String((server.address() as AddressInfo).port);
    const connection = connectTo(url.href, 10);
    try {
      const calls = times(500, () => connection.users.sync(aProfile(aClerkUser())));
      const results = await Promise.allSettled(calls);
      expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['rejected']));
      // One per connection of the pool, and an occasional probe.
      expect(attempts).toBeLessThan(30);
      upstream = Number(target.port);
      await until('the database serves again', async () => {
        const [result] = await Promise.allSettled([connection.users.sync(aProfile(aClerkUser()))]);
        return result.status === 'fulfilled';
      });
    } finally {
      await connection.close();
      server.close();
    }
  });
});
