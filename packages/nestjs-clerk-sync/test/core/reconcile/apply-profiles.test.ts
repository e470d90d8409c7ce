import { describe, expect, test } from 'vitest';
import type { Profile } from '../../../src/core/profile.js';
import { type Applied, ProfileApplier } from '../../../src/core/reconcile/apply-profiles.js';
import type { ListedUser } from '../../../src/core/reconcile/clerk-users.js';
import type { SyncResult } from '../../../src/core/user.repository.js';
import { RecordedSyncMetrics } from '../../support/recorded-sync-metrics.js';
import { StoppedClock } from '../../support/stopped-clock.js';
import { listed } from './fake-clerk.js';
import { FakeDatabase, FakeLocalUsers, FakeUsers } from './fake-database.js';

interface SetUp {
  readonly users: FakeUsers;
  readonly metrics: RecordedSyncMetrics;
  readonly apply: (...profiles: ListedUser[]) => Promise<Applied>;
  readonly applyDry: (...profiles: ListedUser[]) => Promise<Applied>;
}

function setUp(): SetUp {
  const clock = new StoppedClock();
  const database = new FakeDatabase(clock);
  const users = new FakeUsers(database);
  const metrics = new RecordedSyncMetrics();
  const applier = new ProfileApplier(users, new FakeLocalUsers(database, users), metrics, clock);
  const applying =
    (dryRun: boolean): SetUp['apply'] =>
    (...profiles) =>
      applier.apply(profiles, { dryRun, concurrency: 2, retrying: (work) => work() });
  return { users, metrics, apply: applying(false), applyDry: applying(true) };
}

const none = { created: 0, updated: 0, unchanged: 0, stale: 0, oldestRow: 1 };
const row: Partial<Profile> = { name: 'Ada', version: { at: 100, exact: true } };
const user = (at: number, given: Partial<Profile> = {}): ListedUser =>
  listed('a', 1, { name: 'Ada', version: { at, exact: true }, ...given });

/** A row at version 100, and the profile that Clerk lists for it. */
const cases = [
  {
    what: 'a newer, different profile',
    profile: user(200, { name: 'Grace' }),
    counts: { ...none, updated: 1 },
    writes: true,
    metric: 'updated',
  },
  {
    what: 'a newer, equal profile',
    profile: user(200),
    counts: { ...none, unchanged: 1 },
    writes: true,
    metric: 'unchanged',
  },
  {
    what: 'the same profile',
    profile: user(100),
    counts: { ...none, unchanged: 1 },
    writes: false,
    metric: 'unchanged',
  },
  {
    what: 'an older, different profile',
    profile: user(50, { name: 'Grace' }),
    counts: { ...none, stale: 1 },
    writes: false,
    metric: 'stale',
  },
  {
    what: 'a ban alone',
    profile: user(100, { banned: true }),
    counts: { ...none, updated: 1 },
    writes: true,
    metric: 'unchanged',
  },
];

describe.each(cases)('$what', ({ profile, counts, writes, metric }) => {
  test(writes ? 'is written and counted once' : 'is counted and not written', async () => {
    const { users, metrics, apply } = setUp();
    users.add('a', row);
    expect(await apply(profile)).toEqual(counts);
    expect(users.synced).toEqual(writes ? ['a by reconcile'] : []);
    expect(metrics.counted).toEqual([`reconcile ${metric}`]);
  });

  test('has the same counts in a dry run, which neither writes nor measures', async () => {
    const { users, metrics, applyDry } = setUp();
    users.add('a', row);
    expect(await applyDry(profile)).toEqual(counts);
    expect(users.synced).toEqual([]);
    expect(metrics.counted).toEqual([]);
  });
});

test('creates the row of a user without one', async () => {
  const { users, metrics, apply, applyDry } = setUp();
  const created = { ...none, created: 1, oldestRow: null };
  expect(await applyDry(user(100))).toEqual(created);
  expect(users.synced).toEqual([]);
  expect(await apply(user(100))).toEqual(created);
  expect(users.synced).toEqual(['a by reconcile']);
  expect(metrics.counted).toEqual(['reconcile created']);
});

test('counts a deleted user as stale and leaves the tombstone', async () => {
  const { users, metrics, apply, applyDry } = setUp();
  users.add('a', row);
  await users.markDeleted('a');
  expect(await applyDry(user(200))).toEqual({ ...none, stale: 1 });
  expect(await apply(user(200))).toEqual({ ...none, stale: 1 });
  expect(users.synced).toEqual([]);
  expect(metrics.counted).toEqual(['reconcile ignored']);
});

test('skips an entry that cannot be read as a user', async () => {
  const { users, apply } = setUp();
  const unreadable = { clerkId: 'b', createdAt: 1, profile: null };
  expect(await apply(unreadable, user(100))).toMatchObject({ created: 1, stale: 0 });
  expect(users.synced).toEqual(['a by reconcile']);
});

test('returns the creation time of the oldest row', async () => {
  const { users, apply } = setUp();
  users.add('a', row, 7);
  users.add('b', { name: 'b' }, 5);
  users.add('c', { name: 'c' }, 6);
  const listing = [user(100), listed('b', 1), listed('c', 1)];
  expect(await apply(...listing)).toEqual({ ...none, unchanged: 3, oldestRow: 5 });
});

describe('a row that changes between the comparison and the write', () => {
  test.each<[string, ListedUser, SyncResult['outcome'], keyof Applied, string]>([
    ['is stale if the user was deleted', user(200, { name: 'B' }), 'ignored', 'stale', 'ignored'],
    ['is stale if only a ban was due', user(100, { banned: true }), 'ignored', 'stale', 'ignored'],
    ['is stale if it is newer now', user(200, { name: 'B' }), 'stale', 'stale', 'stale'],
    [
      'is unchanged if it is equal now',
      user(200, { name: 'B' }),
      'unchanged',
      'unchanged',
      'unchanged',
    ],
    ['is stale on a read-only database', user(200, { name: 'B' }), 'deferred', 'stale', 'stale'],
  ])('%s', async (_what, profile, outcome, counted, metric) => {
    const { users, metrics, apply } = setUp();
    users.add('a', row);
    const sync = users.sync.bind(users);
    users.sync = async (...given): Promise<SyncResult> => {
      const result = await sync(...given);
      if (outcome === 'ignored' || result.outcome === 'ignored') return { outcome: 'ignored' };
      return { ...result, outcome };
    };
    expect(await apply(profile)).toEqual({ ...none, [counted]: 1 });
    expect(metrics.counted).toEqual([`reconcile ${metric}`]);
  });
});

test('writes up to the maximum number of profiles concurrently', async () => {
  const { users, apply } = setUp();
  const sync = users.sync.bind(users);
  let [running, most] = [0, 0];
  users.sync = async (...given): Promise<SyncResult> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    return sync(...given);
  };
  await apply(...['a', 'b', 'c', 'd', 'e'].map((id) => listed(id, 1)));
  expect(most).toBe(2);
  expect(users.synced).toHaveLength(5);
});
