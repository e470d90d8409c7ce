import { describe, expect, test } from 'vitest';
import type { User } from '../../src/core/user.entity.js';
import type { UserRepository } from '../../src/core/user.repository.js';
import { aClerkUser, type ClerkUser } from './clerk-users.js';
import { liveUser } from './live-user.js';
import { aProfile } from './profile.builder.js';

/** The part of the contract of `UserRepository` that concurrent writes must not break. */
export function describeRaces(repository: () => UserRepository): void {
  describe('raced', () => {
    test('creates one user each for 20 users in 50 concurrent syncs', async () => {
      const users = repository();
      const clerkUsers = Array.from({ length: 20 }, () => aClerkUser());
      const results = await Promise.all(
        Array.from({ length: 50 }, () => clerkUsers)
          .flat()
          .map((clerkUser) => users.sync(aProfile(clerkUser, 0, false))),
      );
      for (const clerkUser of clerkUsers) {
        const own = results
          .map((result) => liveUser(result))
          .filter(({ clerkId }) => clerkId === clerkUser.clerkId);
        expect(own).toHaveLength(50);
        expect(new Set(own.map(({ id }) => id)).size).toBe(1);
      }
      expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(20);
      expect(results.filter(({ outcome }) => outcome === 'unchanged')).toHaveLength(980);
    });

    test('creates one user from a first request and a webhook, with the newer profile', async () => {
      const users = repository();
      await Promise.all(
        Array.from({ length: 30 }, async (_, index) => {
          const clerkUser = aClerkUser();
          const [tokenAt, webhookAt] = index % 2 === 0 ? [1, 2] : [2, 1];
          const results = await Promise.all([
            users.sync(aProfile({ ...clerkUser, name: 'by token' }, tokenAt, false)),
            users.sync(aProfile({ ...clerkUser, name: 'by webhook' }, webhookAt, true)),
          ]);
          expect(new Set(results.map((result) => liveUser(result).id)).size).toBe(1);
          expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
          const name = tokenAt > webhookAt ? 'by token' : 'by webhook';
          expect(await stored(users, clerkUser)).toMatchObject({ name });
        }),
      );
    });

    test('ends with the newest of many versions, regardless of the order of writes', async () => {
      const users = repository();
      await Promise.all(
        Array.from({ length: 10 }, async () => {
          const clerkUser = aClerkUser();
          const versions = shuffled(Array.from({ length: 30 }, (_, at) => at));
          const results = await Promise.all(
            versions.map((at) =>
              users.sync(aProfile({ ...clerkUser, name: `version ${at}` }, at, at % 2 === 0)),
            ),
          );
          expect(new Set(results.map((result) => liveUser(result).id)).size).toBe(1);
          expect(await stored(users, clerkUser)).toMatchObject({ name: 'version 29' });
        }),
      );
    });

    test('never returns a user older than the synced profile', async () => {
      const users = repository();
      const clerkUser = aClerkUser();
      const versions = shuffled(Array.from({ length: 60 }, (_, at) => at));
      await Promise.all(
        versions.map(async (at) => {
          const result = await users.sync(aProfile({ ...clerkUser, name: String(at) }, at));
          expect(Number(liveUser(result).name)).toBeGreaterThanOrEqual(at);
        }),
      );
    });

    test('keeps a user deleted when the deletion races with syncs, and counts one deletion', async () => {
      const users = repository();
      await Promise.all(
        Array.from({ length: 30 }, async () => {
          const clerkUser = aClerkUser();
          const [first, second] = await Promise.all([
            users.markDeleted(clerkUser.clerkId),
            users.markDeleted(clerkUser.clerkId),
            ...[1, 2, 3, 4].map((at) => users.sync(aProfile(clerkUser, at))),
          ]);
          expect([first, second].sort()).toEqual(['deleted', 'ignored']);
          expect(await users.findByClerkId(clerkUser.clerkId)).toEqual({ state: 'deleted' });
          expect(await users.sync(aProfile(clerkUser, 9))).toEqual({ outcome: 'ignored' });
        }),
      );
    });
  });
}

async function stored(users: UserRepository, { clerkId }: ClerkUser): Promise<User | null> {
  const found = await users.findByClerkId(clerkId);
  return found?.state === 'live' ? found.user : null;
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
