import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { startTcpProxy, until } from '@populatte/process-kit';
import { changesTimes } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/postgres-user-changes.js';
import {
  cacheUsersOf,
  killListeners,
  nameOf,
  warm,
  withOwnCache,
  withTwoCaches,
} from '../../support/cached-users.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfile } from '@populatte/nestjs-clerk-sync/test/support/profile.builder.js';
import { createTestDatabase } from '../../support/test-database.js';

const caches = withTwoCaches();

describe('while notifications do not arrive', () => {
  test('no cached row is served after the connection was killed until it is back', async () => {
    const { database, here, elsewhere } = caches();
    const clerkUser = aClerkUser();
    await warm(here, clerkUser);
    await killListeners(database);
    // Earlier than the lease would expire.
    await until('the loss is noticed', () => !here.changes.live, changesTimes.lease - 1_000);
    expect(here.users.peekSync(aProfile(clerkUser))).toBeUndefined();
    expect(here.users.peekByClerkId(clerkUser.clerkId)).toBeUndefined();
    await elsewhere.users.sync(aProfile({ ...clerkUser, name: 'Meanwhile' }, 5));
    expect(await nameOf(here, clerkUser)).toBe('Meanwhile');
    await Promise.all([here.live(), elsewhere.live()]);
    await warm(here, { ...clerkUser, name: 'Meanwhile' }, 5);
    expect(await nameOf(here, clerkUser)).toBe('Meanwhile');
  });

  test('no stale row is served 5 s after the network was cut, and rows are cached again once it is back', async () => {
    const { database, elsewhere } = caches();
    const proxy = await startTcpProxy(database.url);
    const cutOff = cacheUsersOf(database.url, { directUrl: proxy.url });
    try {
      await cutOff.live();
      const clerkUser = aClerkUser();
      await warm(cutOff, clerkUser);
      proxy.cut();
      const cutAt = performance.now();
      await elsewhere.users.sync(aProfile({ ...clerkUser, name: 'Meanwhile' }, 5));
      await until(
        'the new name is served',
        async () => (await nameOf(cutOff, clerkUser)) !== clerkUser.name,
      );
      expect(await nameOf(cutOff, clerkUser)).toBe('Meanwhile');
      expect(performance.now() - cutAt).toBeLessThan(5_000);
      proxy.repair();
      await cutOff.live();
      await warm(cutOff, { ...clerkUser, name: 'Meanwhile' }, 5);
    } finally {
      await cutOff.close();
      await proxy.close();
    }
  });

  test('no row is ever cached and a warning is logged if notifications of other connections do not arrive', async () => {
    const other = await createTestDatabase();
    const deaf = cacheUsersOf(caches().database.url, { directUrl: other.url });
    try {
      await until(
        'the warning is logged',
        () => deaf.log.entries.length > 0,
        changesTimes.proof + 5_000,
      );
      expect(deaf.log.entries[0]).toMatchObject({
        level: 'warn',
        message: expect.stringContaining('`database.directUrl` must reach') as string,
      });
      expect(deaf.changes.live).toBe(false);
      const clerkUser = aClerkUser();
      await deaf.users.sync(aProfile(clerkUser));
      const { calls } = deaf.stored;
      await deaf.users.sync(aProfile(clerkUser));
      await deaf.users.findByClerkId(clerkUser.clerkId);
      expect(deaf.stored.calls).toBe(calls + 2);
    } finally {
      await deaf.close();
      await other.drop();
    }
  });

  test('no row is cached while the trigger is disabled, and rows are again once it is enabled', async () => {
    await withOwnCache(async (cached, database) => {
      await cached.live();
      await database.query('alter table users disable trigger users_changed');
      await until('the cache is off', () => !cached.changes.live);
      await database.query('alter table users enable always trigger users_changed');
      await cached.live();
    });
  });

  test('waits for a missing table and logs one warning', async () => {
    await withOwnCache(
      async (cached, database) => {
        await until('the warning is logged', () => cached.log.entries.length > 0);
        expect(cached.changes.live).toBe(false);
        await database.query('alter table users_later rename to users');
        await cached.live();
        expect(cached.log.entries.map(({ level }) => level)).toEqual(['warn', 'info']);
      },
      (database) => database.query('alter table users rename to users_later'),
    );
  });

  test('the lease survives a pool that is busy for less than its length and ends if the pool is busy for longer', async () => {
    await withOwnCache(async (cached) => {
      await cached.live();
      const taken = await Promise.all(Array.from({ length: 10 }, () => cached.pool.connect()));
      const takenAt = performance.now();
      while (performance.now() - takenAt < changesTimes.lease - 2 * changesTimes.heartbeat) {
        expect(cached.changes.live).toBe(true);
        await sleep(50);
      }
      await until('the lease ends', () => !cached.changes.live);
      expect(performance.now() - takenAt).toBeLessThan(2 * changesTimes.lease);
      for (const client of taken) client.release();
      await cached.live();
    });
  });

  test('the listening connection is closed on stop', async () => {
    const own = await createTestDatabase();
    const cached = cacheUsersOf(own.url);
    await cached.live();
    await cached.close();
    await until('the connection is gone', async () => {
      const rows = await own.query(
        `select from pg_stat_activity
         where application_name = 'clerk-sync-changes' and datname = current_database()`,
      );
      return rows.length === 0;
    });
    expect(cached.changes.live).toBe(false);
    await own.drop();
  });
});
