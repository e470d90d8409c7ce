import { cacheUsersOf } from '../support/cached-users.js';
import { connectTo } from '../support/database-connection.js';
import { describeSyncRule } from '../support/histories/describe-sync-rule.js';
import { histories } from '../support/histories/try-histories.js';
import {
  KnownProfiles,
  UseCaseDriver,
  type OpenRepository,
} from '../support/histories/use-case-driver.js';
import { Sentinel } from '../support/histories/sentinel.js';
import { World } from '../support/histories/world.js';

/** Opens each repository; the same properties hold for all of them. */
const repositories: Readonly<Record<string, (url: string) => Promise<OpenRepository>>> = {
  DrizzleUserRepository: (url) => Promise.resolve(connectTo(url)),
  CachedUserRepository: openCachedRepository,
};

async function openCachedRepository(url: string): Promise<OpenRepository> {
  const cached = cacheUsersOf(url);
  const { users } = cached;
  const sentinel = new Sentinel(url);
  await cached.live();
  return {
    users,
    settled: () =>
      sentinel.isSeenBy(async (clerkId) => {
        const stored = await users.findByClerkId(clerkId);
        return stored?.state === 'live' ? stored.user.name : null;
      }),
    close: async () => {
      await sentinel.close();
      await cached.close();
    },
  };
}

for (const [name, openRepository] of Object.entries(repositories)) {
  describeSyncRule(`through the use cases on ${name}`, {
    extent: { count: histories, sideBySide: 32 },
    restartOnceIn: 300,
    open: (database) => {
      const clerk = new KnownProfiles();
      const open = async (): Promise<UseCaseDriver> =>
        new UseCaseDriver(await openRepository(database.url), clerk);
      return World.on(database, clerk, open);
    },
  });
}
