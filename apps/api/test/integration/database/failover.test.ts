import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTcpProxy, type TcpProxy, until } from '@populatte/process-kit';
import { changesTimes } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/postgres-user-changes.js';
import { cacheUsersOf, type CachedUsers } from '../../support/cached-users.js';
import { connectTo, type DatabaseConnection } from '../../support/database-connection.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfile } from '@populatte/nestjs-clerk-sync/test/support/profile.builder.js';
import { startReplicatedPostgres, type ReplicatedPostgres } from '../../support/replica.js';

/** Milliseconds after a failover within which a deletion must be seen. */
const deletionBound = 10_000;

describe('a failover that leaves the listening connection on the old primary', () => {
  let servers: ReplicatedPostgres;
  let address: TcpProxy;
  let directAddress: TcpProxy;
  let here: CachedUsers;
  let elsewhere: DatabaseConnection;
  beforeAll(async () => {
    servers = await startReplicatedPostgres();
    address = await startTcpProxy(servers.primary.url);
    directAddress = await startTcpProxy(servers.primary.url);
    here = cacheUsersOf(address.url, { directUrl: directAddress.url, maxAgeMs: 1_000 });
    elsewhere = connectTo(servers.standby.url);
  });
  afterAll(async () => {
    await Promise.all([here.close(), elsewhere.close()]);
    await Promise.all([address.close(), directAddress.close()]);
    await servers.stop();
  });

  const clerkUser = aClerkUser();
  const { clerkId } = clerkUser;

  test('turns the cache off and shows a deletion at the new primary', async () => {
    await here.live();
    await here.users.sync(aProfile(clerkUser));
    await until('the user is cached', async () => {
      const before = here.stored.calls;
      await here.users.findByClerkId(clerkId);
      return here.stored.calls === before;
    });
    await until('the user is replicated', async () => {
      return (await elsewhere.users.findByClerkId(clerkId)) !== null;
    });

    await servers.promote();
    address.moveTo(servers.standby.url);
    const deletedAt = performance.now();
    expect(await elsewhere.users.markDeleted(clerkId)).toBe('deleted');
    await until('the deletion is seen', async () => {
      // Fails while the pool still holds connections to the old primary.
      const stored = await here.users.findByClerkId(clerkId).catch(() => null);
      return stored?.state === 'deleted';
    });
    expect(performance.now() - deletedAt).toBeLessThan(deletionBound);
    expect(here.changes.live).toBe(false);
    expect(await here.users.sync(aProfile(clerkUser, 60_000, false))).toEqual({
      outcome: 'ignored',
    });
  });

  test('keeps the cache off and warns while the two connections reach different servers', async () => {
    const end = performance.now() + 3 * changesTimes.heartbeat;
    while (performance.now() < end) {
      expect(here.changes.live).toBe(false);
      await sleep(50);
    }
    const warning = here.log.entries.at(-1);
    expect(warning?.message).toContain('`database.directUrl` must reach');
    expect(String(warning?.cause)).toContain('different servers');
  });

  test('turns the cache on again once both addresses reach the new primary', async () => {
    directAddress.moveTo(servers.standby.url);
    await here.live();
    const other = aClerkUser();
    await here.users.sync(aProfile(other));
    expect(here.users.peekSync(aProfile(other))).toMatchObject({ outcome: 'unchanged' });
    await elsewhere.users.markDeleted(other.clerkId);
    await until('the notification arrives', () => !here.users.peekByClerkId(other.clerkId));
  });
});

describe('a standby', () => {
  test('is not used for notifications until it is promoted', async () => {
    const servers = await startReplicatedPostgres();
    const cached = cacheUsersOf(servers.standby.url);
    try {
      await until('the reason is logged', () =>
        cached.log.entries.some(({ cause }) => String(cause).includes('standby')),
      );
      expect(cached.changes.live).toBe(false);
      await servers.promote();
      await cached.live();
    } finally {
      await cached.close();
      await servers.stop();
    }
  });
});
