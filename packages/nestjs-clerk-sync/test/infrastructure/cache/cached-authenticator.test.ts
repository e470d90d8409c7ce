import { beforeEach, describe, expect, test } from 'vitest';
import { AuthenticateRequestUseCase } from '../../../src/core/authenticate-request.use-case.js';
import { ProfileDirectory } from '../../../src/core/profile-directory.js';
import type { Profile } from '../../../src/core/profile.js';
import { SessionVerifier, type VerifiedSession } from '../../../src/core/session-verifier.js';
import { SyncUserUseCase } from '../../../src/core/sync-user.use-case.js';
import {
  CachedAuthenticator,
  type KnownRequest,
} from '../../../src/infrastructure/cache/cached-authenticator.js';
import { CachedSessionVerifier } from '../../../src/infrastructure/cache/cached-session-verifier.js';
import { CachedUserRepository } from '../../../src/infrastructure/cache/cached-user.repository.js';
import {
  UserChanges,
  type UserChangeListener,
} from '../../../src/infrastructure/cache/user-changes.js';
import type { User } from '../../../src/core/user.entity.js';
import { InMemoryUserRepository } from '../../support/in-memory-user.repository.js';
import { ObservedUserRepository } from '../../support/observed-user.repository.js';
import { aClerkUser } from '../../support/clerk-users.js';
import { aProfile, someTime } from '../../support/profile.builder.js';
import { RecordedSyncMetrics } from '../../support/recorded-sync-metrics.js';
import { aSession } from '../../support/session.builder.js';
import { StoppedClock } from '../../support/stopped-clock.js';

const clerkUser = aClerkUser();
const { clerkId } = clerkUser;
const maxAgeMs = 1_000;

/** Verifies the tokens that a test has issued. */
class Sessions extends SessionVerifier {
  asked = 0;
  readonly issued = new Map<string, VerifiedSession>();

  override verify(token: string): Promise<VerifiedSession> {
    this.asked += 1;
    const session = this.issued.get(token);
    return session === undefined ? Promise.reject(new Error('unknown')) : Promise.resolve(session);
  }
}

class NoDirectory extends ProfileDirectory {
  override fetchProfile(): Promise<Profile | null> {
    return Promise.reject(new Error('The directory must not be called.'));
  }
}

class ScriptedChanges extends UserChanges {
  live = true;
  listener: UserChangeListener | undefined;

  override subscribe(listener: UserChangeListener): void {
    this.listener = listener;
  }
}

let clock: StoppedClock;
let sessions: Sessions;
let changes: ScriptedChanges;
let rows: InMemoryUserRepository;
let stored: ObservedUserRepository;
let users: CachedUserRepository;
let metrics: RecordedSyncMetrics;
let authenticate: CachedAuthenticator;
beforeEach(() => {
  clock = new StoppedClock(someTime);
  sessions = new Sessions();
  changes = new ScriptedChanges();
  rows = new InMemoryUserRepository();
  stored = new ObservedUserRepository(rows);
  metrics = new RecordedSyncMetrics();
  users = new CachedUserRepository(stored, changes, { maxAgeMs, clock, metrics });
  const tokens = new CachedSessionVerifier<KnownRequest<User>>(sessions, clock, metrics);
  const uncached = new AuthenticateRequestUseCase(
    tokens,
    new SyncUserUseCase(users),
    users,
    new NoDirectory(),
    metrics,
    clock,
  );
  authenticate = new CachedAuthenticator(uncached, tokens, users, metrics, clock);
});

/** Makes a token valid. @returns the token */
function issue(profile: Profile | null, given: Partial<VerifiedSession> = {}): string {
  const token = `${sessions.issued.size}.${'signature'.repeat(8)}.${sessions.issued.size}`;
  sessions.issued.set(token, { ...aSession(clerkId), issuedAt: someTime, profile, ...given });
  return token;
}

/** A token that was sent twice, so that its result is cached. */
async function aKnownToken(profile: Profile | null = aProfile(clerkUser)): Promise<string> {
  const token = issue(profile);
  await authenticate.execute(token);
  expect(authenticate.execute(token)).not.toBeInstanceOf(Promise);
  return token;
}

describe('CachedAuthenticator with a verified token and a cached row', () => {
  test('answers synchronously with the same result, without calling any dependency', async () => {
    const token = issue(aProfile(clerkUser));
    await authenticate.execute(token);
    const calls = [sessions.asked, stored.calls];
    const first = authenticate.execute(token);
    expect(first).toMatchObject({ user: clerkUser, outcome: 'unchanged' });
    expect(authenticate.execute(token)).toBe(first);
    expect([sessions.asked, stored.calls]).toEqual(calls);
  });

  test('answers a token without a profile with the row', async () => {
    await rows.sync(aProfile(clerkUser));
    const token = await aKnownToken(null);
    expect(authenticate.execute(token)).toMatchObject({ user: clerkUser, outcome: 'unchanged' });
  });

  test('answers a token that is older than the row with the row', async () => {
    await rows.sync(aProfile({ ...clerkUser, name: 'Newer' }, 5));
    const token = await aKnownToken();
    expect(authenticate.execute(token)).toMatchObject({
      user: { name: 'Newer' },
      outcome: 'stale',
    });
  });

  test('counts the hits, the sync and the request', async () => {
    const token = await aKnownToken();
    for (const counts of [metrics.lookups, metrics.counted, metrics.authentications])
      counts.length = 0;
    await authenticate.execute(token);
    expect(metrics.lookups).toEqual(['token hit', 'row hit']);
    expect(metrics.counted).toEqual(['token unchanged']);
    expect(metrics.authentications).toEqual(['unchanged']);
  });

  test('answers a fresh token of an unchanged user without a statement', async () => {
    await aKnownToken();
    const { calls } = stored;
    expect(await authenticate.execute(issue(aProfile(clerkUser, 0)))).toMatchObject({
      user: clerkUser,
    });
    expect(stored.calls).toBe(calls);
  });
});

describe('CachedAuthenticator after a change', () => {
  test('answers with the changed row once it is notified', async () => {
    const token = await aKnownToken();
    await rows.sync(aProfile({ ...clerkUser, name: 'Newer' }, 5));
    expect(await authenticate.execute(token)).toMatchObject({ user: { name: clerkUser.name } });
    changes.listener?.changed(clerkId);
    expect(await authenticate.execute(token)).toMatchObject({ user: { name: 'Newer' } });
    expect(authenticate.execute(token)).toMatchObject({ user: { name: 'Newer' } });
  });

  test('answers with the row of another token’s sync', async () => {
    const token = await aKnownToken();
    await authenticate.execute(issue(aProfile({ ...clerkUser, name: 'Newer' }, 5)));
    expect(authenticate.execute(token)).toMatchObject({
      user: { name: 'Newer' },
      outcome: 'stale',
    });
  });

  test.each([
    ['deleted', 'user_deleted', (): Promise<unknown> => users.markDeleted(clerkId)],
    ['logged out', 'session_ended', (): Promise<unknown> => users.endSession(clerkId, 'sess_1')],
    [
      'banned',
      'user_banned',
      (): Promise<unknown> => users.sync({ ...aProfile(clerkUser, 5), banned: true }),
    ],
  ])('refuses a user who was %s', async (_what, code, change) => {
    const token = await aKnownToken();
    await change();
    for (let time = 0; time < 3; time += 1)
      await expect(authenticate.execute(token)).rejects.toMatchObject({ code });
  });

  test('applies the rule again after missed notifications', async () => {
    const token = await aKnownToken();
    await rows.markDeleted(clerkId);
    changes.listener?.anythingChanged();
    await expect(authenticate.execute(token)).rejects.toMatchObject({ code: 'user_deleted' });
  });

  test('keeps no result for an evicted row, which notifications no longer reach', async () => {
    const token = await aKnownToken();
    for (let other = 0; other < 100_000; other += 1)
      await users.sync(aProfile(aClerkUser({ clerkId: `user_other_${other}` })));
    await rows.markDeleted(clerkId);
    changes.listener?.changed(clerkId);
    await expect(authenticate.execute(token)).rejects.toMatchObject({ code: 'user_deleted' });
  });
});

describe('CachedAuthenticator as time passes', () => {
  test('verifies the token again once it has expired', async () => {
    const token = await aKnownToken();
    sessions.issued.delete(token);
    clock.advance(60_000);
    await expect(authenticate.execute(token)).rejects.toThrow('unknown');
  });

  test('serves a row for its maximum age while notifications are not proven to arrive', async () => {
    const token = await aKnownToken();
    changes.live = false;
    await rows.markDeleted(clerkId);
    clock.advance(maxAgeMs - 1);
    expect(authenticate.execute(token)).toMatchObject({ user: clerkUser });
    clock.advance(1);
    await expect(authenticate.execute(token)).rejects.toMatchObject({ code: 'user_deleted' });
  });
});
