import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '@populatte/process-kit';
import { StoreReadOnlyError } from '@populatte/nestjs-clerk-sync/src/core/errors.js';
import { createDatabase } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/database.js';
import { DatabaseReadiness } from '../../../src/infrastructure/database/database-readiness.js';
import { ServerProbe } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/server-probe.js';
import { writeAccessTimes } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/write-access.js';
import { connectTo, type DatabaseConnection } from '../../support/database-connection.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfile } from '@populatte/nestjs-clerk-sync/test/support/profile.builder.js';
import { startReplicatedPostgres } from '../../support/replica.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

const clerkUsers = Array.from({ length: 10 }, () => aClerkUser());
const deleted = aClerkUser();

let database: TestDatabase;
let connection: DatabaseConnection;
beforeEach(async () => {
  database = await createTestDatabase();
  const before = connectTo(database.url);
  await Promise.all(clerkUsers.map((clerkUser) => before.users.sync(aProfile(clerkUser))));
  await before.users.markDeleted(deleted.clerkId);
  await before.close();
  connection = connectTo(database.url);
});
afterEach(async () => {
  await connection.close();
  await database.drop();
});

const becomesReadOnly = (): Promise<void> =>
  database.administer(`alter database ${name()} set default_transaction_read_only = on`);
const becomesWritable = (): Promise<void> =>
  database.administer(`alter database ${name()} reset default_transaction_read_only`);
const name = (): string => new URL(database.url).pathname.slice(1);

const takesWrites = ({ users }: DatabaseConnection): Promise<unknown> =>
  until('a new user is created', () =>
    users.sync(aProfile()).then(
      ({ outcome }) => outcome === 'created',
      () => false,
    ),
  );

describe('a read-only database', () => {
  beforeEach(becomesReadOnly);

  test('serves users whose profile has not changed, even for a newer token', async () => {
    const { users } = connection;
    for (const clerkUser of clerkUsers) {
      expect(await users.sync(aProfile(clerkUser))).toMatchObject({
        outcome: 'unchanged',
        user: clerkUser,
      });
      expect(await users.sync(aProfile(clerkUser, 60_000, false))).toMatchObject({
        outcome: 'unchanged',
        user: clerkUser,
      });
    }
    expect(await users.sync(aProfile(deleted))).toEqual({ outcome: 'ignored' });
  });

  test('gets one write attempt per probe interval, not one per request', async () => {
    let closed = 0;
    connection.pool.on('remove', () => (closed += 1));
    await connection.users.sync(aProfile(clerkUsers[0]));
    // A refused statement closes its connection.
    expect(closed).toBe(1);
    const startedAt = performance.now();
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        clerkUsers.map((clerkUser) => connection.users.sync(aProfile(clerkUser, 1, false))),
      );
    }
    const probes = Math.ceil((performance.now() - startedAt) / writeAccessTimes.probe);
    expect(closed).toBeLessThanOrEqual(1 + probes);
  });

  test('serves the stored row of a user whose profile changed and defers the write', async () => {
    const [clerkUser = aClerkUser()] = clerkUsers;
    const newer = { ...clerkUser, name: 'Newer' };
    expect(await connection.users.sync(aProfile(newer, 5))).toMatchObject({
      outcome: 'deferred',
      user: clerkUser,
    });
    expect(await connection.users.sync(aProfile(clerkUser, 5))).toMatchObject({
      outcome: 'deferred',
      user: clerkUser,
    });
    expect(await connection.users.sync(aProfile(newer, -5))).toMatchObject({
      outcome: 'stale',
      user: clerkUser,
    });
  });

  test('refuses new users and deletions', async () => {
    const { users } = connection;
    await expect(users.sync(aProfile())).rejects.toThrow(StoreReadOnlyError);
    await expect(users.markDeleted(aClerkUser().clerkId)).rejects.toThrow(StoreReadOnlyError);
    await expect(users.markDeleted(clerkUsers[0]?.clerkId ?? '')).rejects.toThrow(
      StoreReadOnlyError,
    );
    expect(await users.markDeleted(deleted.clerkId)).toBe('ignored');
  });

  test('is reported as degraded until it accepts writes again', async () => {
    const readiness = new DatabaseReadiness(createDatabase(connection.pool), connection.writes);
    expect(await readiness.check()).toMatchObject({
      status: 'degraded',
      reason: expect.stringContaining('read-only') as string,
    });
    expect(connection.log.entries).toMatchObject([
      { level: 'warn', message: expect.stringContaining('read-only') as string },
    ]);
    // Fills the pool with sessions that stay read-only.
    await Promise.all(clerkUsers.map((clerkUser) => connection.users.sync(aProfile(clerkUser))));

    await becomesWritable();
    await takesWrites(connection);
    expect(await readiness.check()).toEqual({ status: 'ready' });
    expect(connection.log.entries.at(-1)).toMatchObject({
      level: 'info',
      message: expect.stringContaining('accepts writes again') as string,
    });
  });
});

test('a pool that is full of read-only connections does not have to close each before it writes again', async () => {
  const { pool, users, writes } = connection;
  await becomesReadOnly();
  const held = await Promise.all(clerkUsers.map(() => pool.connect()));
  for (const client of held) client.release();
  await users.sync(aProfile({ ...aClerkUser(), ...clerkUsers[0], name: 'Newer' }, 1));
  expect(pool.totalCount).toBeGreaterThan(5);
  await becomesWritable();
  let closed = 0;
  pool.on('remove', () => (closed += writes.obstacle === null ? 0 : 1));
  await until('the database is writable', () => Promise.resolve(writes.obstacle === null));
  // One by a probe that was on its way, and one by the next; more if a new connection takes too long.
  expect(closed).toBeLessThan(5);
  await takesWrites(connection);
});

test('a connection in use while the database becomes writable does not make it read-only again', async () => {
  const { pool, users, writes, log } = connection;
  await becomesReadOnly();
  const held = await pool.connect();
  await users.sync(aProfile(clerkUsers[0], 1));
  expect(writes.obstacle).not.toBeNull();
  const before = await new ServerProbe((text) => pool.query(text)).read();
  await becomesWritable();
  await takesWrites(connection);

  // A reply that was on its way, and one of the connection, whose session stays read-only.
  await writes.observe(before);
  held.release();
  await writes.observe(await new ServerProbe((text) => pool.query(text)).read());

  expect(writes.obstacle).toBeNull();
  expect(log.entries.filter(({ message }) => message.includes('read-only'))).toHaveLength(1);
});

test('known users are served after the database becomes read-only for new connections', async () => {
  await connection.users.sync(aProfile(clerkUsers[0]));
  await becomesReadOnly();
  const results = await Promise.all(
    clerkUsers.map((clerkUser) => connection.users.sync(aProfile(clerkUser))),
  );
  expect(results.map(({ outcome }) => outcome)).toEqual(clerkUsers.map(() => 'unchanged'));
});

test('a standby serves known users, and new users once it is promoted', async () => {
  const servers = await startReplicatedPostgres();
  const [primary, standby] = [connectTo(servers.primary.url), connectTo(servers.standby.url)];
  try {
    const clerkUser = aClerkUser();
    await primary.users.sync(aProfile(clerkUser));
    await until('the user is replicated', async () => {
      return (await standby.users.findByClerkId(clerkUser.clerkId)) !== null;
    });
    expect(await standby.users.sync(aProfile(clerkUser, 1, false))).toMatchObject({
      outcome: 'unchanged',
      user: clerkUser,
    });
    await expect(standby.users.sync(aProfile())).rejects.toThrow(StoreReadOnlyError);
    await servers.promote();
    await takesWrites(standby);
  } finally {
    await Promise.all([primary.close(), standby.close()]);
    await servers.stop();
  }
});

test('known users are served while the disk is full, with one write attempt per second', async () => {
  await database.query(
    `create sequence attempts;
     create function full_disk() returns trigger language plpgsql as $$ begin
       perform nextval('attempts');
       raise exception 'could not extend file' using errcode = '53100'; end $$;
     create trigger full_disk before insert on users for each row execute function full_disk()`,
  );
  const startedAt = performance.now();
  for (let round = 0; round < 20; round += 1) {
    await expect(connection.users.sync(aProfile())).rejects.toMatchObject({
      code: 'sync_unavailable',
    });
    const [clerkUser] = clerkUsers;
    expect(await connection.users.sync(aProfile(clerkUser))).toMatchObject({
      outcome: 'unchanged',
    });
  }
  const seconds = Math.ceil((performance.now() - startedAt) / writeAccessTimes.probe);
  const [row] = await database.query<{ n: string }>('select last_value as n from attempts');
  expect(Number(row?.n)).toBeLessThanOrEqual(1 + seconds);
  expect(connection.log.entries[0]?.message).toContain('disk is full');

  await database.query('drop trigger full_disk on users');
  await takesWrites(connection);
  expect(connection.writes.obstacle).toBeNull();
});
