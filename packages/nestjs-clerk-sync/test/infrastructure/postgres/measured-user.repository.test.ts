import { MeasuredUserRepository } from '../../../src/infrastructure/postgres/measured-user.repository.js';
import { OutageWarnings } from '../../../src/infrastructure/postgres/outage-warnings.js';
import { beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../../../src/core/user.entity.js';
import { InMemoryUserRepository } from '../../support/in-memory-user.repository.js';
import { aClerkUser } from '../../support/clerk-users.js';
import { aProfile, someTime } from '../../support/profile.builder.js';
import { RecordedLog } from '../../support/recorded-log.js';
import { RecordedSyncMetrics } from '../../support/recorded-sync-metrics.js';
import { StoppedClock } from '../../support/stopped-clock.js';

const clerkUser = aClerkUser();
const clock = new StoppedClock(someTime);
/** In milliseconds after `someTime`, like all versions here. */
const overdue = -16_000;
let metrics: RecordedSyncMetrics;
let users: MeasuredUserRepository<User>;

beforeEach(() => {
  metrics = new RecordedSyncMetrics();
  const outages = new OutageWarnings(new RecordedLog(), clock, 'users');
  users = new MeasuredUserRepository(new InMemoryUserRepository(), metrics, clock, outages);
});

describe('MeasuredUserRepository', () => {
  test('counts a change over 15 s old as drift, by the source that repaired it', async () => {
    await users.sync(aProfile(clerkUser, overdue), 'reconcile');
    await users.sync(aProfile({ ...clerkUser, name: 'New' }, overdue + 1), 'token');
    expect(metrics.drift).toEqual(['reconcile created', 'token updated']);
  });

  test.each(['webhook', 'sql', undefined] as const)(
    'counts no drift of the source %s',
    async (source) => {
      await users.sync(aProfile(clerkUser, overdue), source);
      expect(metrics.drift).toEqual([]);
    },
  );

  test('counts neither a recent change, nor a repeated one, nor an inexact version', async () => {
    await users.sync(aProfile(clerkUser, -15_000), 'token');
    await users.sync(aProfile(clerkUser, -15_000), 'token');
    await users.sync(aProfile(aClerkUser(), overdue, false), 'token');
    expect(metrics.drift).toEqual([]);
  });

  test('counts a deletion by reconciliation as drift, once', async () => {
    await users.sync(aProfile(clerkUser), 'webhook');
    await users.markDeleted(clerkUser.clerkId, 'reconcile');
    await users.markDeleted(clerkUser.clerkId, 'reconcile');
    await users.markDeleted(aClerkUser().clerkId, 'webhook');
    expect(metrics.drift).toEqual(['reconcile deleted']);
  });
});
