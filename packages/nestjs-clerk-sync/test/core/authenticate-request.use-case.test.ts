import { describe, expect, test } from 'vitest';
import {
  AuthenticationError,
  AuthUnavailableError,
  SyncUnavailableError,
} from '../../src/core/errors.js';
import { AuthenticateRequestUseCase } from '../../src/core/authenticate-request.use-case.js';
import { ProfileDirectory } from '../../src/core/profile-directory.js';
import { SessionVerifier, type VerifiedSession } from '../../src/core/session-verifier.js';
import type { Profile } from '../../src/core/profile.js';
import { SyncUserUseCase } from '../../src/core/sync-user.use-case.js';
import type { EventSource, SyncResult } from '../../src/core/user.repository.js';
import { InMemoryUserRepository } from '../support/in-memory-user.repository.js';
import { aClerkUser } from '../support/clerk-users.js';
import { aProfile, someTime } from '../support/profile.builder.js';
import { aSession } from '../support/session.builder.js';
import { RecordedSyncMetrics } from '../support/recorded-sync-metrics.js';
import { StoppedClock } from '../support/stopped-clock.js';

/** Verifies every token with the given answer. */
class Sessions extends SessionVerifier {
  constructor(private readonly answer: () => VerifiedSession) {
    super();
  }

  override verify(): Promise<VerifiedSession> {
    return Promise.resolve().then(this.answer);
  }
}

class Directory extends ProfileDirectory {
  readonly asked: string[] = [];

  constructor(private readonly answer: () => Profile | null) {
    super();
  }

  override fetchProfile(clerkId: string): Promise<Profile | null> {
    this.asked.push(clerkId);
    return Promise.resolve().then(this.answer);
  }
}

/** Counts syncs, because some paths must not run any. */
class CountingUsers extends InMemoryUserRepository {
  syncs = 0;

  override sync(profile: Profile, source?: EventSource): Promise<SyncResult> {
    this.syncs += 1;
    return super.sync(profile, source);
  }
}

const noDirectory = (): never => {
  throw new Error('The directory must not be called.');
};

function setUp(
  session: () => VerifiedSession,
  answer: () => Profile | null = noDirectory,
  clock = new StoppedClock(),
): {
  users: CountingUsers;
  directory: Directory;
  authenticate: AuthenticateRequestUseCase;
  metrics: RecordedSyncMetrics;
} {
  const users = new CountingUsers();
  const directory = new Directory(answer);
  const metrics = new RecordedSyncMetrics();
  const authenticate = new AuthenticateRequestUseCase(
    new Sessions(session),
    new SyncUserUseCase(users),
    users,
    directory,
    metrics,
    clock,
  );
  return { users, directory, authenticate, metrics };
}

const clerkUser = aClerkUser();
const bare = (): VerifiedSession => aSession(clerkUser.clerkId);
const whole = (profile: Profile) => (): VerifiedSession => ({ ...bare(), profile });

describe('AuthenticateRequestUseCase with a profile in the token', () => {
  test('creates the user within the request', async () => {
    const { authenticate } = setUp(whole(aProfile(clerkUser)));
    const { user, outcome } = await authenticate.execute('token');
    expect(outcome).toBe('created');
    expect(user).toMatchObject(clerkUser);
  });

  test('updates a user with an older profile', async () => {
    const { users, authenticate } = setUp(whole(aProfile({ ...clerkUser, name: 'New' }, 2)));
    await users.sync(aProfile(clerkUser, 1));
    const { user, outcome } = await authenticate.execute('token');
    expect(outcome).toBe('updated');
    expect(user.name).toBe('New');
  });

  test('returns the stored user if the token is older', async () => {
    const { users, authenticate } = setUp(whole(aProfile({ ...clerkUser, name: 'Old' }, 1)));
    await users.sync(aProfile(clerkUser, 2));
    const { user, outcome } = await authenticate.execute('token');
    expect(outcome).toBe('stale');
    expect(user.name).toBe(clerkUser.name);
  });

  test('refuses a deleted user', async () => {
    const { users, authenticate } = setUp(whole(aProfile(clerkUser)));
    await users.markDeleted(clerkUser.clerkId);
    await expect(authenticate.execute('token')).rejects.toMatchObject({
      name: 'AuthenticationError',
      code: 'user_deleted',
    });
  });
});

describe('AuthenticateRequestUseCase without a profile in the token', () => {
  test('returns the stored user without a sync or a directory call', async () => {
    const { users, directory, authenticate } = setUp(bare);
    await users.sync(aProfile(clerkUser));
    users.syncs = 0;
    const result = await authenticate.execute('token');
    expect(result).toMatchObject({ user: clerkUser, outcome: 'unchanged' });
    expect(users.syncs).toBe(0);
    expect(directory.asked).toEqual([]);
  });

  test('creates a missing user from the directory’s profile', async () => {
    const { directory, authenticate } = setUp(bare, () => aProfile(clerkUser));
    const { user, outcome } = await authenticate.execute('token');
    expect(outcome).toBe('created');
    expect(user).toMatchObject(clerkUser);
    expect(directory.asked).toEqual([clerkUser.clerkId]);
  });

  test('refuses a deleted user without a directory call', async () => {
    const { users, directory, authenticate } = setUp(bare, () => aProfile(clerkUser));
    await users.markDeleted(clerkUser.clerkId);
    await expect(authenticate.execute('token')).rejects.toMatchObject({ code: 'user_deleted' });
    expect(directory.asked).toEqual([]);
  });

  test('refuses a user who is deleted during the directory call', async () => {
    const { users, authenticate } = setUp(bare, () => {
      void users.markDeleted(clerkUser.clerkId);
      return aProfile(clerkUser);
    });
    await expect(authenticate.execute('token')).rejects.toMatchObject({ code: 'user_deleted' });
  });

  test('refuses a user unknown to the directory and stores nothing', async () => {
    const { users, authenticate } = setUp(bare, () => null);
    const refused = authenticate.execute('token');
    await expect(refused).rejects.toBeInstanceOf(AuthenticationError);
    await expect(refused).rejects.toMatchObject({ code: 'user_unknown' });
    expect(await users.findByClerkId(clerkUser.clerkId)).toBeNull();
  });

  test('passes on the error of a directory outage', async () => {
    const outage = new SyncUnavailableError('down', 3);
    const { authenticate } = setUp(bare, () => {
      throw outage;
    });
    await expect(authenticate.execute('token')).rejects.toBe(outage);
  });
});

describe('AuthenticateRequestUseCase with a token that cannot be verified', () => {
  test.each([
    new AuthenticationError('token_expired', 'expired'),
    new AuthUnavailableError('no keys', 2),
  ])('passes on $name and neither syncs nor calls the directory', async (error) => {
    const { users, directory, authenticate } = setUp(() => {
      throw error;
    });
    await expect(authenticate.execute('token')).rejects.toBe(error);
    expect(users.syncs).toBe(0);
    expect(directory.asked).toEqual([]);
  });
});

describe('AuthenticateRequestUseCase and revoked sessions', () => {
  const bannedAt = Date.now();
  const banned = aProfile(clerkUser, bannedAt - someTime);

  test('refuses a banned user’s token', async () => {
    const { users, authenticate, metrics } = setUp(bare);
    await users.sync({ ...banned, banned: true });
    const refused = authenticate.execute('token');
    await expect(refused).rejects.toMatchObject({ code: 'user_banned', reason: 'user_banned' });
    expect(metrics.authentications).toEqual(['user_banned']);
  });

  test('refuses a token of an ended session, but syncs its profile', async () => {
    const { users, authenticate, metrics } = setUp(
      whole(aProfile({ ...clerkUser, name: 'New' }, 2)),
    );
    await users.sync(aProfile(clerkUser, 1));
    await users.endSession(clerkUser.clerkId, bare().sessionId);
    await expect(authenticate.execute('token')).rejects.toMatchObject({ code: 'session_ended' });
    expect(metrics.counted).toEqual(['token updated']);
    expect(metrics.authentications).toEqual(['session_ended']);
  });

  test('accepts another session of the same user', async () => {
    const { users, authenticate } = setUp(bare);
    await users.sync(aProfile(clerkUser));
    await users.endSession(clerkUser.clerkId, 'sess_other');
    expect((await authenticate.execute('token')).user).toMatchObject(clerkUser);
  });
});

describe('AuthenticateRequestUseCase and impersonation', () => {
  test('names the impersonator', async () => {
    const session = (): VerifiedSession => ({ ...bare(), actor: 'user_admin' });
    const { authenticate } = setUp(session, () => aProfile(clerkUser));
    expect((await authenticate.execute('token')).actor).toBe('user_admin');
  });

  test('names no impersonator without impersonation', async () => {
    const { authenticate } = setUp(bare, () => aProfile(clerkUser));
    expect(await authenticate.execute('token')).not.toHaveProperty('actor');
  });
});

describe('AuthenticateRequestUseCase on a read-only database', () => {
  test('serves the stored user, and counts the profile as stale', async () => {
    const { users, authenticate, metrics } = setUp(
      whole(aProfile({ ...clerkUser, name: 'New' }, 2)),
    );
    const stored = await users.sync(aProfile(clerkUser, 1));
    if (stored.outcome === 'ignored') throw new Error('The user is new.');
    users.sync = () => Promise.resolve({ ...stored, outcome: 'deferred' });
    expect(await authenticate.execute('token')).toEqual({ user: stored.user, outcome: 'stale' });
    expect(metrics.counted).toEqual(['token stale']);
    expect(metrics.authentications).toEqual(['stale']);
  });
});

describe('AuthenticateRequestUseCase and metrics', () => {
  test('counts a sync by its source and outcome', async () => {
    const { authenticate, metrics } = setUp(whole(aProfile(clerkUser)));
    await authenticate.execute('token');
    await authenticate.execute('token');
    expect(metrics.counted).toEqual(['token created', 'token unchanged']);
    expect(metrics.authentications).toEqual(['created', 'unchanged']);
  });

  test('counts a creation from the Backend API, and a stored row as unchanged', async () => {
    const { users, authenticate, metrics } = setUp(bare, () => aProfile(clerkUser));
    await authenticate.execute('token');
    await authenticate.execute('token');
    expect(metrics.counted).toEqual(['backend_api created', 'token unchanged']);
    expect(users.sources).toEqual(['backend_api']);
  });

  test.each([
    ['with', whole(aProfile(clerkUser))],
    ['without', bare],
  ])('counts a deleted user’s token %s a profile as ignored', async (_what, session) => {
    const { users, authenticate, metrics } = setUp(session);
    await users.markDeleted(clerkUser.clerkId);
    const refused = authenticate.execute('token');
    await expect(refused).rejects.toMatchObject({ reason: 'user_deleted' });
    expect(metrics.counted).toEqual(['token ignored']);
    expect(metrics.authentications).toEqual(['user_deleted']);
  });

  test('counts a user unknown to Clerk as user_unknown', async () => {
    const { authenticate, metrics } = setUp(bare, () => null);
    await expect(authenticate.execute('token')).rejects.toMatchObject({ reason: 'user_unknown' });
    expect(metrics.authentications).toEqual(['user_unknown']);
  });

  test.each([
    [new AuthenticationError('token_expired', 'expired'), 'token_expired'],
    [new AuthUnavailableError('no keys', 2), 'auth_unavailable'],
    [new SyncUnavailableError('no database', 2), 'sync_unavailable'],
    [new TypeError('a bug'), 'internal_error'],
    [Object.assign(new Error('EACCES'), { code: 'EACCES' }), 'internal_error'],
  ])('counts %s as %s', async (error, outcome) => {
    const { authenticate, metrics } = setUp(() => {
      throw error;
    });
    await expect(authenticate.execute('token')).rejects.toBe(error);
    expect(metrics.authentications).toEqual([outcome]);
  });

  test('measures how long a request took, even if it is refused', async () => {
    const clock = new StoppedClock();
    clock.advance(1_000);
    const { authenticate, metrics } = setUp(
      bare,
      () => {
        clock.advance(40);
        return null;
      },
      clock,
    );
    await expect(authenticate.execute('token')).rejects.toBeInstanceOf(AuthenticationError);
    expect(metrics.durations).toEqual([40]);
  });
});
