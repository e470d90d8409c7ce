import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { User } from '../../src/core/user.entity.js';
import type { SyncResult, UserRepository } from '../../src/core/user.repository.js';
import { aPerson, type Person } from './people.js';
import { aProfile, someTime } from './profile.builder.js';

const exact = [true, false] as const;

/**
 * The contract of every adapter of the `UserRepository` port: the sync rule, sequentially and under
 * races.
 *
 * @param name of the adapter
 * @param makeRepository called once; tests share the repository, each with its own users
 */
export function describeUserRepository(
  name: string,
  makeRepository: () => UserRepository | Promise<UserRepository>,
): void {
  describe(`${name}, as a UserRepository`, () => {
    let users: UserRepository;
    beforeAll(async () => {
      users = await makeRepository();
    });

    describe('finding', () => {
      test('finds nothing in an empty store', async () => {
        expect(await users.findById(randomUUID())).toBeNull();
        expect(await users.findByClerkId(aPerson().clerkId)).toBeNull();
      });

      test('finds no user by an unknown id', async () => {
        for (const id of ['', 'user_1', '1', `${randomUUID()}x`, '\0', `{${randomUUID()}`]) {
          expect(await users.findById(id)).toBeNull();
        }
      });

      test('finds a live user by both ids', async () => {
        const user = live(await users.sync(aProfile()));
        expect(await users.findById(user.id)).toEqual(user);
        expect(await users.findByClerkId(user.clerkId)).toEqual({
          state: 'live',
          user,
          version: someTime,
        });
      });

      test('finds a deleted user’s tombstone by the Clerk id alone', async () => {
        const user = live(await users.sync(aProfile()));
        await users.markDeleted(user.clerkId);
        expect(await users.findById(user.id)).toBeNull();
        expect(await users.findByClerkId(user.clerkId)).toEqual({ state: 'deleted' });
      });
    });

    describe.each(exact)('no row (exact version: %s)', (isExact) => {
      test('creates a user from any profile', async () => {
        const person = aPerson();
        const before = Date.now();
        const { outcome, ...rest } = await users.sync(aProfile(person, 0, isExact));
        expect(outcome).toBe('created');
        expect(rest).toMatchObject({ user: person });
        const user = live({ outcome: 'created', ...rest } as SyncResult);
        expect(user.id).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
        expect(user.createdAt).toEqual(user.updatedAt);
        expect(Math.abs(Date.parse(user.createdAt) - before)).toBeLessThan(5_000);
      });

      test('creates a user without any other data', async () => {
        const blank = aPerson({ email: null, name: null, imageUrl: null });
        expect(await users.sync(aProfile(blank, 0, isExact))).toMatchObject({
          outcome: 'created',
          user: blank,
        });
      });
    });

    describe.each(exact)('a live row, and a newer version (exact: %s)', (isExact) => {
      test.each([
        ['email', { email: 'new@people.example' }],
        ['name', { name: 'New Testperson' }],
        ['image URL', { imageUrl: 'https://img.people.example/new.png' }],
        ['email, now null', { email: null }],
        ['name, now null', { name: null }],
        ['image URL, now null', { imageUrl: null }],
      ])('updates where the %s differs', async (_what, change) => {
        const person = aPerson();
        const before = live(await users.sync(aProfile(person, 0, isExact)));
        await aMoment();
        const result = await users.sync(aProfile({ ...person, ...change }, 1, isExact));
        expect(result.outcome).toBe('updated');
        const after = live(result);
        expect(after).toMatchObject({ ...person, ...change });
        expect(after.id).toBe(before.id);
        expect(after.createdAt).toEqual(before.createdAt);
        expect(Date.parse(after.updatedAt)).toBeGreaterThan(Date.parse(before.updatedAt));
        expect(await users.findById(before.id)).toEqual(after);
      });

      test('updates a field that was null', async () => {
        const person = aPerson();
        await users.sync(aProfile({ ...person, email: null }, 0, isExact));
        const result = await users.sync(aProfile(person, 1, isExact));
        expect(result).toMatchObject({ outcome: 'updated', user: person });
      });

      test('remembers the newer version after an update', async () => {
        const person = aPerson();
        await users.sync(aProfile(person, 0, isExact));
        await users.sync(aProfile({ ...person, name: 'Second' }, 10, isExact));
        expect(
          await users.sync(aProfile({ ...person, name: 'Between' }, 5, isExact)),
        ).toMatchObject({ outcome: 'stale', user: { name: 'Second' } });
      });
    });

    describe('a live row, and a newer version of the same profile', () => {
      test('advances to a newer updated_at without a visible change', async () => {
        const person = aPerson();
        const before = live(await users.sync(aProfile(person, 0)));
        await aMoment();
        const result = await users.sync(aProfile(person, 10));
        expect(result).toEqual({ outcome: 'unchanged', user: before, version: someTime + 10 });
        const between = await users.sync(aProfile({ ...person, name: 'Between' }, 5));
        expect(between).toMatchObject({ outcome: 'stale', user: before });
      });

      test('does not advance to a token’s time of issue', async () => {
        const person = aPerson();
        const before = live(await users.sync(aProfile(person, 0)));
        const result = await users.sync(aProfile(person, 10, false));
        expect(result).toEqual({ outcome: 'unchanged', user: before, version: someTime });
        const between = await users.sync(aProfile({ ...person, name: 'Between' }, 5));
        expect(between).toMatchObject({ outcome: 'updated', user: { name: 'Between' } });
      });

      test('treats two nulls as equal', async () => {
        const blank = aPerson({ email: null, name: null, imageUrl: null });
        const before = live(await users.sync(aProfile(blank, 0)));
        const result = await users.sync(aProfile(blank, 10, false));
        expect(result).toMatchObject({ outcome: 'unchanged', user: before });
      });
    });

    describe.each(exact)('a live row, and no newer version (exact: %s)', (isExact) => {
      test.each([
        ['older', -1],
        ['equal', 0],
      ])('keeps the row when another profile has an %s version', async (_what, at) => {
        const person = aPerson();
        const before = live(await users.sync(aProfile(person, 0)));
        await aMoment();
        const other = { ...person, email: null, name: 'Other' };
        const result = await users.sync(aProfile(other, at, isExact));
        expect(result).toMatchObject({ outcome: 'stale', user: before });
        expect(await users.findById(before.id)).toEqual(before);
      });

      test.each([
        ['older', -1],
        ['equal', 0],
      ])('reports the same profile at an %s version as unchanged', async (_what, at) => {
        const person = aPerson();
        const before = live(await users.sync(aProfile(person, 0)));
        const result = await users.sync(aProfile(person, at, isExact));
        expect(result).toMatchObject({ outcome: 'unchanged', user: before });
      });
    });

    describe('deletion', () => {
      test('leaves a tombstone of a live user; a second deletion changes nothing', async () => {
        const user = live(await users.sync(aProfile()));
        expect(await users.markDeleted(user.clerkId)).toBe('deleted');
        expect(await users.markDeleted(user.clerkId)).toBe('ignored');
        expect(await users.findByClerkId(user.clerkId)).toEqual({ state: 'deleted' });
      });

      test('leaves a tombstone of an unknown user; a second deletion changes nothing', async () => {
        const { clerkId } = aPerson();
        expect(await users.markDeleted(clerkId)).toBe('deleted');
        expect(await users.markDeleted(clerkId)).toBe('ignored');
        expect(await users.findByClerkId(clerkId)).toEqual({ state: 'deleted' });
      });

      test.each([
        ['an older profile', -1, true],
        ['the same profile', 0, true],
        ['a newer profile', 1_000_000, true],
        ['a newer token', 1_000_000, false],
      ])('holds against %s', async (_what, at, isExact) => {
        const person = aPerson();
        await users.sync(aProfile(person, 0));
        await users.markDeleted(person.clerkId);
        const profile = aProfile({ ...person, name: 'Back' }, at, isExact);
        expect(await users.sync(profile)).toEqual({ outcome: 'ignored' });
        expect(await users.findByClerkId(person.clerkId)).toEqual({ state: 'deleted' });
      });

      test('holds if it arrives first', async () => {
        const person = aPerson();
        await users.markDeleted(person.clerkId);
        expect(await users.sync(aProfile(person, 0))).toEqual({ outcome: 'ignored' });
        expect(await users.sync(aProfile(person, 1, false))).toEqual({ outcome: 'ignored' });
      });
    });

    describe('ended sessions', () => {
      test('are those of the user alone, whether they are found or synced', async () => {
        const [one, other] = [aProfile(), aProfile()];
        await users.sync(one);
        await users.sync(other);
        await users.endSession(other.clerkId, 'sess_1');
        await users.endSession(other.clerkId, 'sess_1');

        const revocations = { bannedAt: null, endedSessions: ['sess_1'] };
        expect(await users.findByClerkId(one.clerkId)).not.toHaveProperty('revocations');
        expect(await users.sync(one)).not.toHaveProperty('revocations');
        expect(await users.findByClerkId(other.clerkId)).toMatchObject({ revocations });
        expect(await users.sync(other)).toMatchObject({ revocations });
      });

      test('are kept for a user without a row', async () => {
        const profile = aProfile();
        await users.endSession(profile.clerkId, 'sess_2');
        expect(await users.findByClerkId(profile.clerkId)).toBeNull();
        const revocations = { bannedAt: null, endedSessions: ['sess_2'] };
        expect(await users.sync(profile)).toMatchObject({ outcome: 'created', revocations });
      });
    });

    describe('restoring', () => {
      test('restores a tombstone with the profile and the same local id', async () => {
        const person = aPerson();
        const { id } = live(await users.sync(aProfile(person)));
        await users.markDeleted(person.clerkId);
        const profile = aProfile({ ...person, name: 'Restored' }, 5);

        expect(await users.restore(profile)).toBe(true);
        const stored = await users.findByClerkId(person.clerkId);
        expect(stored).toMatchObject({
          state: 'live',
          user: { id, name: 'Restored', email: person.email },
          version: someTime + 5,
        });
        expect((await users.sync(profile)).outcome).toBe('unchanged');
      });

      test('leaves a live user as it is, and creates none', async () => {
        const person = aPerson();
        await users.sync(aProfile(person, 1));
        expect(await users.restore(aProfile({ ...person, name: 'Other' }, 2))).toBe(false);
        expect(await users.findByClerkId(person.clerkId)).toMatchObject({
          user: { name: person.name },
        });

        const { clerkId } = aPerson();
        expect(await users.restore(aProfile({ ...aPerson(), clerkId }))).toBe(false);
        expect(await users.findByClerkId(clerkId)).toBeNull();
      });
    });

    test('keeps two users with the same email separate', async () => {
      const [one, two] = [
        aPerson({ email: 'shared@x.example' }),
        aPerson({ email: 'shared@x.example' }),
      ];
      const first = live(await users.sync(aProfile(one)));
      const second = live(await users.sync(aProfile(two)));
      expect(second.id).not.toBe(first.id);
      expect(await users.findById(first.id)).toEqual(first);
      expect(await users.findById(second.id)).toEqual(second);
    });

    test('stores text of every script and length that a profile can have', async () => {
      const person = aPerson({
        email: `${'é'.repeat(318)}@x`,
        name: `Žofie 李 \u{1F468} ' " \\ % $1 {}`.padEnd(512, '\u2028'),
        imageUrl: 'x'.repeat(2048),
      });
      expect(await users.sync(aProfile(person))).toMatchObject({
        outcome: 'created',
        user: person,
      });
      expect(await users.sync(aProfile(person, 1))).toMatchObject({ outcome: 'unchanged' });
    });

    describeRaces(() => users);
  });
}

function describeRaces(repository: () => UserRepository): void {
  describe('raced', () => {
    test('creates one user each for 20 people in 50 concurrent syncs', async () => {
      const users = repository();
      const people = Array.from({ length: 20 }, () => aPerson());
      const results = await Promise.all(
        Array.from({ length: 50 }, () => people)
          .flat()
          .map((person) => users.sync(aProfile(person, 0, false))),
      );
      for (const person of people) {
        const own = results.map(live).filter(({ clerkId }) => clerkId === person.clerkId);
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
          const person = aPerson();
          const [tokenAt, webhookAt] = index % 2 === 0 ? [1, 2] : [2, 1];
          const results = await Promise.all([
            users.sync(aProfile({ ...person, name: 'by token' }, tokenAt, false)),
            users.sync(aProfile({ ...person, name: 'by webhook' }, webhookAt, true)),
          ]);
          expect(new Set(results.map((result) => live(result).id)).size).toBe(1);
          expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
          const name = tokenAt > webhookAt ? 'by token' : 'by webhook';
          expect(await stored(users, person)).toMatchObject({ name });
        }),
      );
    });

    test('ends with the newest of many versions, regardless of the order of writes', async () => {
      const users = repository();
      await Promise.all(
        Array.from({ length: 10 }, async () => {
          const person = aPerson();
          const versions = shuffled(Array.from({ length: 30 }, (_, at) => at));
          const results = await Promise.all(
            versions.map((at) =>
              users.sync(aProfile({ ...person, name: `version ${at}` }, at, at % 2 === 0)),
            ),
          );
          expect(new Set(results.map((result) => live(result).id)).size).toBe(1);
          expect(await stored(users, person)).toMatchObject({ name: 'version 29' });
        }),
      );
    });

    test('never returns a user older than the synced profile', async () => {
      const users = repository();
      const person = aPerson();
      const versions = shuffled(Array.from({ length: 60 }, (_, at) => at));
      await Promise.all(
        versions.map(async (at) => {
          const result = await users.sync(aProfile({ ...person, name: String(at) }, at));
          expect(Number(live(result).name)).toBeGreaterThanOrEqual(at);
        }),
      );
    });

    test('keeps a user deleted when the deletion races with syncs, and counts one deletion', async () => {
      const users = repository();
      await Promise.all(
        Array.from({ length: 30 }, async () => {
          const person = aPerson();
          const [first, second] = await Promise.all([
            users.markDeleted(person.clerkId),
            users.markDeleted(person.clerkId),
            ...[1, 2, 3, 4].map((at) => users.sync(aProfile(person, at))),
          ]);
          expect([first, second].sort()).toEqual(['deleted', 'ignored']);
          expect(await users.findByClerkId(person.clerkId)).toEqual({ state: 'deleted' });
          expect(await users.sync(aProfile(person, 9))).toEqual({ outcome: 'ignored' });
        }),
      );
    });
  });
}

/** Returns the user of a result, which must have one. */
function live(result: SyncResult): User {
  if (result.outcome === 'ignored') throw new Error('The sync was ignored.');
  return result.user;
}

async function stored(users: UserRepository, { clerkId }: Person): Promise<User | null> {
  const found = await users.findByClerkId(clerkId);
  return found?.state === 'live' ? found.user : null;
}

/** Long enough for a millisecond timestamp to change. */
function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
