import { expect, test } from 'vitest';
import { AuthenticateRequestUseCase } from '../../src/core/authenticate-request.use-case.js';
import { ProfileDirectory } from '../../src/core/profile-directory.js';
import { SessionVerifier, type VerifiedSession } from '../../src/core/session-verifier.js';
import type { Profile } from '../../src/core/profile.js';
import { SyncUserUseCase } from '../../src/core/sync-user.use-case.js';
import type { StoredUser } from '../../src/core/user.repository.js';
import { InMemoryUserRepository } from '../support/in-memory-user.repository.js';
import { aProfile } from '../support/profile.builder.js';
import { aSession } from '../support/session.builder.js';
import { RecordedSyncMetrics } from '../support/recorded-sync-metrics.js';

const profile = aProfile();

class BareSessions extends SessionVerifier {
  override verify(): Promise<VerifiedSession> {
    return Promise.resolve(aSession(profile.clerkId));
  }
}

class CountingDirectory extends ProfileDirectory {
  calls = 0;

  override fetchProfile(): Promise<Profile> {
    this.calls += 1;
    return Promise.resolve(profile);
  }
}

/** Delays the result of its second look-up until `answerSecond` is called. */
class LateUsers extends InMemoryUserRepository {
  private lookUps = 0;
  answerSecond: () => void = () => undefined;

  override async findByClerkId(clerkId: string): Promise<StoredUser | null> {
    this.lookUps += 1;
    const late = this.lookUps === 2;
    const found = await super.findByClerkId(clerkId);
    if (late) await new Promise<void>((resolve) => (this.answerSecond = resolve));
    return found;
  }
}

test('a lookup that ends after the row was created causes no second directory call', async () => {
  const users = new LateUsers();
  const directory = new CountingDirectory();
  const syncUser = new SyncUserUseCase(users);
  const authenticate = new AuthenticateRequestUseCase(
    new BareSessions(),
    syncUser,
    users,
    directory,
    new RecordedSyncMetrics(),
  );
  const first = authenticate.execute('one');
  const second = authenticate.execute('two');
  const created = await first;

  users.answerSecond();

  expect((await second).user).toEqual(created.user);
  expect(directory.calls).toBe(1);
});
