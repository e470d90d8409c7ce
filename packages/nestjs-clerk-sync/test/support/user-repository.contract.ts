import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SyncResult, UserRepository } from '../../src/core/user.repository.js';
import { aClerkUser } from './clerk-users.js';
import { liveUser } from './live-user.js';
import { aProfile, someTime } from './profile.builder.js';
import { describeRaces } from './user-repository.races.js';

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
        expect(await users.findByClerkId(aClerkUser().clerkId)).toBeNull();
      });

      test('finds no user by an unknown id', async () => {
        for (const id of ['', 'user_1', '1', `${randomUUID()}x`, '\0', `{${randomUUID()}`]) {
          expect(await users.findById(id)).toBeNull();
        }
      });

      test('finds a live user by both ids', async () => {
        const user = liveUser(await users.sync(aProfile()));
        expect(await users.findById(user.id)).toEqual(user);
        expect(await users.findByClerkId(user.clerkId)).toEqual({
          state: 'live',
          user,
          version: someTime,
        });
      });

      test('finds a deleted user’s tombstone by the Clerk id alone', async () => {
        const user = liveUser(await users.sync(aProfile()));
        await users.markDeleted(user.clerkId);
        expect(await users.findById(user.id)).toBeNull();
        expect(await users.findByClerkId(user.clerkId)).toEqual({ state: 'deleted' });
      });
    });

    describe.each(exact)('no row (exact version: %s)', (isExact) => {
      test('creates a user from any profile', async () => {
        const clerkUser = aClerkUser();
        const before = Date.now();
        const { outcome, ...rest } = await users.sync(aProfile(clerkUser, 0, isExact));
        expect(outcome).toBe('created');
        expect(rest).toMatchObject({ user: clerkUser });
        const user = liveUser({ outcome: 'created', ...rest } as SyncResult);
        expect(user.id).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
        expect(user.createdAt).toEqual(user.updatedAt);
        expect(Math.abs(Date.parse(user.createdAt) - before)).toBeLessThan(5_000);
      });

      test('creates a user without any other data', async () => {
        const blank = aClerkUser({ email: null, name: null, imageUrl: null });
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
        const clerkUser = aClerkUser();
        const before = liveUser(await users.sync(aProfile(clerkUser, 0, isExact)));
        await aMoment();
        const result = await users.sync(aProfile({ ...clerkUser, ...change }, 1, isExact));
        expect(result.outcome).toBe('updated');
        const after = liveUser(result);
        expect(after).toMatchObject({ ...clerkUser, ...change });
        expect(after.id).toBe(before.id);
        expect(after.createdAt).toEqual(before.createdAt);
        expect(Date.parse(after.updatedAt)).toBeGreaterThan(Date.parse(before.updatedAt));
        expect(await users.findById(before.id)).toEqual(after);
      });

      test('updates a field that was null', async () => {
        const clerkUser = aClerkUser();
        await users.sync(aProfile({ ...clerkUser, email: null }, 0, isExact));
        const result = await users.sync(aProfile(clerkUser, 1, isExact));
        expect(result).toMatchObject({ outcome: 'updated', user: clerkUser });
      });

      test('remembers the newer version after an update', async () => {
        const clerkUser = aClerkUser();
        await users.sync(aProfile(clerkUser, 0, isExact));
        await users.sync(aProfile({ ...clerkUser, name: 'Second' }, 10, isExact));
        expect(
          await users.sync(aProfile({ ...clerkUser, name: 'Between' }, 5, isExact)),
        ).toMatchObject({ outcome: 'stale', user: { name: 'Second' } });
      });
    });

    describe('a live row, and a newer version of the same profile', () => {
      test('advances to a newer updated_at without a visible change', async () => {
        const clerkUser = aClerkUser();
        const before = liveUser(await users.sync(aProfile(clerkUser, 0)));
        await aMoment();
        const result = await users.sync(aProfile(clerkUser, 10));
        expect(result).toEqual({ outcome: 'unchanged', user: before, version: someTime + 10 });
        const between = await users.sync(aProfile({ ...clerkUser, name: 'Between' }, 5));
        expect(between).toMatchObject({ outcome: 'stale', user: before });
      });

      test('does not advance to a token’s time of issue', async () => {
        const clerkUser = aClerkUser();
        const before = liveUser(await users.sync(aProfile(clerkUser, 0)));
        const result = await users.sync(aProfile(clerkUser, 10, false));
        expect(result).toEqual({ outcome: 'unchanged', user: before, version: someTime });
        const between = await users.sync(aProfile({ ...clerkUser, name: 'Between' }, 5));
        expect(between).toMatchObject({ outcome: 'updated', user: { name: 'Between' } });
      });

      test('treats two nulls as equal', async () => {
        const blank = aClerkUser({ email: null, name: null, imageUrl: null });
        const before = liveUser(await users.sync(aProfile(blank, 0)));
        const result = await users.sync(aProfile(blank, 10, false));
        expect(result).toMatchObject({ outcome: 'unchanged', user: before });
      });
    });

    describe.each(exact)('a live row, and no newer version (exact: %s)', (isExact) => {
      test.each([
        ['older', -1],
        ['equal', 0],
      ])('keeps the row when another profile has an %s version', async (_what, at) => {
        const clerkUser = aClerkUser();
        const before = liveUser(await users.sync(aProfile(clerkUser, 0)));
        await aMoment();
        const other = { ...clerkUser, email: null, name: 'Other' };
        const result = await users.sync(aProfile(other, at, isExact));
        expect(result).toMatchObject({ outcome: 'stale', user: before });
        expect(await users.findById(before.id)).toEqual(before);
      });

      test.each([
        ['older', -1],
        ['equal', 0],
      ])('reports the same profile at an %s version as unchanged', async (_what, at) => {
        const clerkUser = aClerkUser();
        const before = liveUser(await users.sync(aProfile(clerkUser, 0)));
        const result = await users.sync(aProfile(clerkUser, at, isExact));
        expect(result).toMatchObject({ outcome: 'unchanged', user: before });
      });
    });

    describe('deletion', () => {
      test('leaves a tombstone of a live user; a second deletion changes nothing', async () => {
        const user = liveUser(await users.sync(aProfile()));
        expect(await users.markDeleted(user.clerkId)).toBe('deleted');
        expect(await users.markDeleted(user.clerkId)).toBe('ignored');
        expect(await users.findByClerkId(user.clerkId)).toEqual({ state: 'deleted' });
      });

      test('leaves a tombstone of an unknown user; a second deletion changes nothing', async () => {
        const { clerkId } = aClerkUser();
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
        const clerkUser = aClerkUser();
        await users.sync(aProfile(clerkUser, 0));
        await users.markDeleted(clerkUser.clerkId);
        const profile = aProfile({ ...clerkUser, name: 'Back' }, at, isExact);
        expect(await users.sync(profile)).toEqual({ outcome: 'ignored' });
        expect(await users.findByClerkId(clerkUser.clerkId)).toEqual({ state: 'deleted' });
      });

      test('holds if it arrives first', async () => {
        const clerkUser = aClerkUser();
        await users.markDeleted(clerkUser.clerkId);
        expect(await users.sync(aProfile(clerkUser, 0))).toEqual({ outcome: 'ignored' });
        expect(await users.sync(aProfile(clerkUser, 1, false))).toEqual({ outcome: 'ignored' });
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
        const clerkUser = aClerkUser();
        const { id } = liveUser(await users.sync(aProfile(clerkUser)));
        await users.markDeleted(clerkUser.clerkId);
        const profile = aProfile({ ...clerkUser, name: 'Restored' }, 5);

        expect(await users.restore(profile)).toBe(true);
        const stored = await users.findByClerkId(clerkUser.clerkId);
        expect(stored).toMatchObject({
          state: 'live',
          user: { id, name: 'Restored', email: clerkUser.email },
          version: someTime + 5,
        });
        expect((await users.sync(profile)).outcome).toBe('unchanged');
      });

      test('leaves a live user as it is, and creates none', async () => {
        const clerkUser = aClerkUser();
        await users.sync(aProfile(clerkUser, 1));
        expect(await users.restore(aProfile({ ...clerkUser, name: 'Other' }, 2))).toBe(false);
        expect(await users.findByClerkId(clerkUser.clerkId)).toMatchObject({
          user: { name: clerkUser.name },
        });

        const { clerkId } = aClerkUser();
        expect(await users.restore(aProfile({ ...aClerkUser(), clerkId }))).toBe(false);
        expect(await users.findByClerkId(clerkId)).toBeNull();
      });
    });

    test('keeps two users with the same email separate', async () => {
      const [one, two] = [
        aClerkUser({ email: 'shared@x.example' }),
        aClerkUser({ email: 'shared@x.example' }),
      ];
      const first = liveUser(await users.sync(aProfile(one)));
      const second = liveUser(await users.sync(aProfile(two)));
      expect(second.id).not.toBe(first.id);
      expect(await users.findById(first.id)).toEqual(first);
      expect(await users.findById(second.id)).toEqual(second);
    });

    test('stores text of every script and length that a profile can have', async () => {
      const clerkUser = aClerkUser({
        email: `${'é'.repeat(318)}@x`,
        name: `Žofie 李 \u{1F468} ' " \\ % $1 {}`.padEnd(512, '\u2028'),
        imageUrl: 'x'.repeat(2048),
      });
      expect(await users.sync(aProfile(clerkUser))).toMatchObject({
        outcome: 'created',
        user: clerkUser,
      });
      expect(await users.sync(aProfile(clerkUser, 1))).toMatchObject({ outcome: 'unchanged' });
    });

    describeRaces(() => users);
  });
}

/** Long enough for a millisecond timestamp to change. */
function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
