import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { beforeEach, describe, expect, test } from 'vitest';
import { CachedUserRepository } from '../../../src/infrastructure/cache/cached-user.repository.js';
import {
  UserChanges,
  type UserChangeListener,
} from '../../../src/infrastructure/cache/user-changes.js';
import { InMemoryUserRepository } from '../../support/in-memory-user.repository.js';
import { ObservedUserRepository } from '../../support/observed-user.repository.js';
import { aClerkUser } from '../../support/clerk-users.js';
import { aProfile, someTime } from '../../support/profile.builder.js';
import { StoppedClock } from '../../support/stopped-clock.js';

class ScriptedChanges extends UserChanges {
  live = false;
  listener: UserChangeListener | undefined;

  override subscribe(listener: UserChangeListener): void {
    this.listener = listener;
  }
}

const maxAgeMs = 1_000;
const clerkUser = aClerkUser();
const { clerkId } = clerkUser;

let clock: StoppedClock;
let rows: InMemoryUserRepository;
let stored: ObservedUserRepository;
let changes: ScriptedChanges;
let users: CachedUserRepository;
beforeEach(() => {
  clock = new StoppedClock(someTime);
  rows = new InMemoryUserRepository();
  stored = new ObservedUserRepository(rows);
  changes = new ScriptedChanges();
  users = cacheFor(maxAgeMs);
});

function cacheFor(age: number): CachedUserRepository {
  return new CachedUserRepository(stored, changes, {
    maxAgeMs: age,
    clock,
  });
}

describe('CachedUserRepository while notifications are not proven to arrive', () => {
  test('serves a row until it reaches the maximum age by the monotonic clock', async () => {
    await users.sync(aProfile(clerkUser));
    clock.advance(maxAgeMs - 1 - clock.monotonic());
    expect(users.peekSync(aProfile(clerkUser))).toMatchObject({
      outcome: 'unchanged',
      user: clerkUser,
    });
    expect(users.peekByClerkId(clerkId)).toMatchObject({ state: 'live', user: clerkUser });
    clock.advance(maxAgeMs - clock.monotonic());
    expect(users.peekSync(aProfile(clerkUser))).toBeUndefined();
    expect(users.peekByClerkId(clerkId)).toBeUndefined();
  });

  test('counts the age from the start of the load', async () => {
    await rows.sync(aProfile(clerkUser));
    const release = stored.holdAnswers();
    const loading = users.findByClerkId(clerkId);
    clock.advance(900 - clock.monotonic());
    release();
    await loading;
    expect(users.peekByClerkId(clerkId)).toMatchObject({ state: 'live' });
    clock.advance(maxAgeMs - clock.monotonic());
    expect(users.peekByClerkId(clerkId)).toBeUndefined();
  });

  test('refuses a user that another process has deleted once the cached row is too old', async () => {
    await users.sync(aProfile(clerkUser));
    await rows.markDeleted(clerkId);
    clock.advance(maxAgeMs - clock.monotonic());
    expect(await users.sync(aProfile(clerkUser))).toEqual({ outcome: 'ignored' });
    expect(await users.findByClerkId(clerkId)).toEqual({ state: 'deleted' });
  });

  test('applies its own deletions and updates at once', async () => {
    await users.sync(aProfile(clerkUser));
    await users.sync(aProfile({ ...clerkUser, name: 'Newer' }, 1));
    expect(await users.findByClerkId(clerkId)).toMatchObject({ user: { name: 'Newer' } });
    await users.markDeleted(clerkId);
    expect(await users.findByClerkId(clerkId)).toEqual({ state: 'deleted' });
  });

  test('does not share a load that is older than the maximum age', async () => {
    await rows.sync(aProfile(clerkUser));
    const release = stored.holdAnswers();
    void users.findByClerkId(clerkId);
    clock.advance(maxAgeMs - 1 - clock.monotonic());
    void users.findByClerkId(clerkId);
    expect(stored.calls).toBe(1);
    clock.advance(maxAgeMs - clock.monotonic());
    void users.findByClerkId(clerkId);
    expect(stored.calls).toBe(2);
    release();
  });

  test('keeps the row of a later load when a slower one ends', async () => {
    await rows.sync(aProfile(clerkUser));
    const release = stored.holdAnswers();
    const slow = users.findByClerkId(clerkId);
    clock.advance(900 - clock.monotonic());
    stored.holdAnswers()();
    await rows.sync(aProfile({ ...clerkUser, name: 'Newer' }, 1));
    await users.sync(aProfile({ ...clerkUser, name: 'Older' }, -1));
    release();
    await slow;
    expect(users.peekByClerkId(clerkId)).toMatchObject({ user: { name: 'Newer' } });
  });

  test.each([true, false])(
    'applies its own ban at once, past a slower load (banned: %s)',
    async (banned) => {
      await rows.sync({ ...aProfile(clerkUser), banned: !banned });
      const release = stored.holdAnswers();
      const slow = users.findByClerkId(clerkId);
      stored.holdAnswers()();
      await users.sync({ ...aProfile(clerkUser, 1), banned });
      release();
      await slow;
      const cached = users.peekByClerkId(clerkId);
      if (banned) expect(cached).toMatchObject({ revocations: { bannedAt: someTime + 1 } });
      else expect(cached).not.toHaveProperty('revocations');
    },
  );

  test('caches and shares nothing with a maximum age of 0', async () => {
    const unused = cacheFor(0);
    await rows.sync(aProfile(clerkUser));
    await Promise.all([unused.findByClerkId(clerkId), unused.findByClerkId(clerkId)]);
    expect(stored.calls).toBe(2);
    expect(unused.peekByClerkId(clerkId)).toBeUndefined();
  });
});

describe('CachedUserRepository while notifications are proven to arrive', () => {
  beforeEach(() => {
    changes.live = true;
  });

  test('serves a row of any age', async () => {
    await users.sync(aProfile(clerkUser));
    clock.advance(3_600_000 - clock.monotonic());
    expect(users.peekSync(aProfile(clerkUser))).toMatchObject({
      outcome: 'unchanged',
      user: clerkUser,
    });
  });

  test('limits rows by age again after the proof is lost', async () => {
    await users.sync(aProfile(clerkUser));
    changes.live = false;
    clock.advance(maxAgeMs - 1 - clock.monotonic());
    expect(users.peekByClerkId(clerkId)).toBeDefined();
    clock.advance(maxAgeMs - clock.monotonic());
    expect(users.peekByClerkId(clerkId)).toBeUndefined();
  });

  test('drops rows and in-flight loads from before the proof', async () => {
    changes.live = false;
    const other = aClerkUser();
    await users.sync(aProfile(clerkUser));
    await rows.sync(aProfile(other));
    const release = stored.holdAnswers();
    const loading = users.findByClerkId(other.clerkId);
    changes.listener?.anythingChanged();
    changes.live = true;
    release();
    await loading;
    expect(users.peekByClerkId(clerkId)).toBeUndefined();
    expect(users.peekByClerkId(other.clerkId)).toBeUndefined();
  });
});

describe('CachedUserRepository with a fresh token of a cached user', () => {
  beforeEach(async () => {
    changes.live = true;
    await users.sync(aProfile(clerkUser));
    stored.calls = 0;
  });

  test('runs no statement for an inexact version, however new', async () => {
    for (const at of [1, 60_000, 120_000]) {
      const profile = aProfile(clerkUser, at, false);
      expect(users.peekSync(profile)).toMatchObject({ outcome: 'unchanged', user: clerkUser });
      expect(await users.sync(profile)).toMatchObject({ outcome: 'unchanged', user: clerkUser });
    }
    expect(stored.calls).toBe(0);
  });

  test('runs no statement for an exact version that the row has', async () => {
    expect(await users.sync(aProfile(clerkUser))).toMatchObject({ outcome: 'unchanged' });
    expect(stored.calls).toBe(0);
  });

  test('runs one statement for a newer exact version and then caches it', async () => {
    await users.sync(aProfile(clerkUser, 10));
    expect(stored.calls).toBe(1);
    expect(await users.sync(aProfile(clerkUser, 10))).toMatchObject({ outcome: 'unchanged' });
    const between = aProfile({ ...clerkUser, name: 'Between' }, 5);
    expect(await users.sync(between)).toMatchObject({ outcome: 'stale', user: clerkUser });
    expect(stored.calls).toBe(1);
  });

  test('runs a statement for a newer profile', async () => {
    const newer = aProfile({ ...clerkUser, name: 'Newer' }, 1, false);
    expect(users.peekSync(newer)).toBeUndefined();
    expect(await users.sync(newer)).toMatchObject({ outcome: 'updated', user: { name: 'Newer' } });
  });
});

describe('CachedUserRepository’s synchronous lookups', () => {
  beforeEach(() => {
    changes.live = true;
  });

  test('has nothing cached for an unknown user', () => {
    expect(users.peekByClerkId(aClerkUser().clerkId)).toBeUndefined();
    expect(users.peekSync(aProfile())).toBeUndefined();
  });

  test('return what the store would return', async () => {
    for (const at of [3, 3, 5, 4]) {
      const profile = aProfile({ ...clerkUser, name: `At ${at}` }, at);
      await users.sync(profile);
      const peeked = users.peekSync(profile);
      const stored = users.peekByClerkId(clerkUser.clerkId);
      expect(peeked).toEqual(await rows.sync(profile));
      expect(stored).toEqual(await rows.findByClerkId(clerkUser.clerkId));
    }
  });

  test('writes nothing', async () => {
    const profile = aProfile();
    users.peekSync(profile);
    expect(await users.findByClerkId(profile.clerkId)).toBeNull();
  });

  test('return no profile from before the user’s deletion', async () => {
    const profile = aProfile();
    await users.sync(profile);
    await users.markDeleted(profile.clerkId);
    expect(users.peekSync(profile)).toBeUndefined();
    expect(users.peekByClerkId(profile.clerkId)).toBeUndefined();
  });
});

describe('the rows of CachedUserRepository', () => {
  /** Compares V8's hidden classes; a program cannot inspect them further. */
  function haveSameShape(one: unknown, other: unknown): boolean {
    setFlagsFromString('--allow-natives-syntax');
    const compare: unknown = runInThisContext('(one, other) => %HaveSameMap(one, other)');
    if (typeof compare !== 'function') throw new TypeError('V8 has no natives syntax.');
    const isSame: unknown = Reflect.apply(compare, undefined, [one, other]);
    return isSame === true;
  }

  test('share one hidden class, however they were loaded', async () => {
    const clerkUsers = Array.from({ length: 4 }, (_, index) =>
      aClerkUser({ clerkId: `user_${index}` }),
    );
    for (const each of clerkUsers.slice(0, 2)) await users.sync(aProfile(each));
    for (const each of clerkUsers.slice(2)) {
      await rows.sync(aProfile(each));
      await users.findByClerkId(each.clerkId);
    }
    const [first, ...others] = clerkUsers.map((each) => users.find(each.clerkId));
    expect(first).toMatchObject({ state: 'live', isCached: true });
    for (const other of others) expect(haveSameShape(first, other)).toBe(true);
  });
});
