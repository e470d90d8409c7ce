import { beforeEach, describe, expect, test } from 'vitest';
import { AuthenticateRequestUseCase } from '@populatte/nestjs-clerk-sync/src/core/authenticate-request.use-case.js';
import { ProfileDirectory } from '@populatte/nestjs-clerk-sync/src/core/profile-directory.js';
import {
  SessionVerifier,
  type VerifiedSession,
} from '@populatte/nestjs-clerk-sync/src/core/session-verifier.js';
import type { Profile } from '@populatte/nestjs-clerk-sync/src/core/profile.js';
import { SyncUserUseCase } from '@populatte/nestjs-clerk-sync/src/core/sync-user.use-case.js';
import type {
  StoredUser,
  SyncResult,
} from '@populatte/nestjs-clerk-sync/src/core/user.repository.js';
import { InMemoryUserRepository } from '../../../support/in-memory-user.repository.js';
import { aPerson } from '../../../support/people.js';
import { aProfile } from '../../../support/profile.builder.js';
import { aSession } from '../../../support/session.builder.js';
import { RecordedSyncMetrics } from '../../../support/recorded-sync-metrics.js';

const person = aPerson();
const profile = aProfile(person);

/** Has at most one session in its cache. */
class Sessions extends SessionVerifier {
  asked = 0;
  session: VerifiedSession = { ...aSession(person.clerkId), profile };
  known = true;

  override verify(): Promise<VerifiedSession> {
    this.asked += 1;
    return Promise.resolve(this.session);
  }

  override peek(): VerifiedSession | undefined {
    return this.known ? this.session : undefined;
  }
}

/** Has the given results in its cache. */
class Users extends InMemoryUserRepository {
  asked = 0;
  synced: SyncResult | undefined;
  stored: StoredUser | undefined;

  override sync(given: Profile): Promise<SyncResult> {
    this.asked += 1;
    return super.sync(given);
  }

  override findByClerkId(clerkId: string): Promise<StoredUser | null> {
    this.asked += 1;
    return super.findByClerkId(clerkId);
  }

  override peekSync(given: Profile): SyncResult | undefined {
    return given === profile ? this.synced : undefined;
  }

  override peekByClerkId(clerkId: string): StoredUser | undefined {
    return clerkId === person.clerkId ? this.stored : undefined;
  }
}

class NoDirectory extends ProfileDirectory {
  override fetchProfile(): Promise<Profile | null> {
    return Promise.reject(new Error('The directory must not be called.'));
  }
}

let sessions: Sessions;
let users: Users;
let authenticate: AuthenticateRequestUseCase;
beforeEach(() => {
  sessions = new Sessions();
  users = new Users();
  authenticate = new AuthenticateRequestUseCase(
    sessions,
    new SyncUserUseCase(users),
    users,
    new NoDirectory(),
    new RecordedSyncMetrics(),
  );
});

/** A stored user with an outcome that only the cache can return. */
async function aCachedUser(
  outcome: 'stale' | 'deferred' = 'stale',
): Promise<Exclude<SyncResult, { outcome: 'ignored' }>> {
  const result = await users.sync(profile);
  if (result.outcome === 'ignored') throw new Error('No user was deleted.');
  users.asked = 0;
  return { ...result, outcome };
}

describe('AuthenticateRequestUseCase with a cached session and a cached user', () => {
  test('answers synchronously as a sync would', async () => {
    const cached = await aCachedUser();
    users.synced = cached;
    expect(authenticate.execute('token')).toEqual({ user: cached.user, outcome: 'stale' });
    expect([sessions.asked, users.asked]).toEqual([0, 0]);
  });

  test('answers with the stored row while the write is deferred for a read-only database', async () => {
    const cached = await aCachedUser('deferred');
    users.synced = cached;
    expect(authenticate.execute('token')).toEqual({ user: cached.user, outcome: 'stale' });
  });

  test('answers synchronously with the row if the token has no profile', async () => {
    const { user, version } = await aCachedUser();
    sessions.session = { ...sessions.session, profile: null };
    users.stored = { state: 'live', user, version };
    expect(authenticate.execute('token')).toEqual({ user, outcome: 'unchanged' });
    expect([sessions.asked, users.asked]).toEqual([0, 0]);
  });

  test.each([
    ['with a profile', profile],
    ['without a profile', null],
  ])('refuses a deleted user, %s', async (_how, given) => {
    await users.markDeleted(person.clerkId);
    sessions.session = { ...sessions.session, profile: given };
    users.synced = { outcome: 'ignored' };
    users.stored = { state: 'deleted' };
    await expect(authenticate.execute('token')).rejects.toMatchObject({ code: 'user_deleted' });
  });
});

describe('AuthenticateRequestUseCase without a cached session or user', () => {
  test('verifies the token if it is not cached, even if the user is', async () => {
    users.synced = await aCachedUser();
    sessions.known = false;
    const result = authenticate.execute('token');
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toMatchObject({ outcome: 'unchanged', user: person });
    expect([sessions.asked, users.asked]).toEqual([1, 1]);
  });

  test('looks up the row if it is not cached and the token has no profile', async () => {
    await aCachedUser();
    sessions.session = { ...sessions.session, profile: null };
    expect(await authenticate.execute('token')).toMatchObject({
      outcome: 'unchanged',
      user: person,
    });
    expect(users.asked).toBe(1);
  });

  test('syncs the profile if the row is not cached', async () => {
    expect(await authenticate.execute('token')).toMatchObject({ outcome: 'created', user: person });
    expect(users.asked).toBe(1);
  });
});
