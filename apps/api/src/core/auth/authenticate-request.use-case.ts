import { SingleFlight } from '../single-flight.js';
import type { Profile } from '../users/profile.js';
import type { SyncMetrics, SyncSource } from '../users/sync-metrics.js';
import type { SyncUserUseCase } from '../users/sync-user.use-case.js';
import type { User } from '../users/user.entity.js';
import type { SyncResult, UserRepository } from '../users/user.repository.js';
import { AuthenticationError } from '../errors.js';
import type { ProfileDirectory } from './profile-directory.js';
import type { SessionVerifier } from './session-verifier.js';

type LiveResult = Exclude<SyncResult, { outcome: 'ignored' }>;

/** A request's user, and the outcome of its sync. */
export interface AuthenticatedRequest {
  readonly user: User;
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'stale';
}

/** Turns a session token into the local user, brought up to date in the same request. */
export class AuthenticateRequestUseCase {
  private readonly creations = new SingleFlight<AuthenticatedRequest>();

  constructor(
    private readonly sessions: SessionVerifier,
    private readonly syncUser: SyncUserUseCase,
    private readonly users: UserRepository,
    private readonly directory: ProfileDirectory,
    private readonly metrics: SyncMetrics,
  ) {}

  /**
   * @param token the bearer token
   * @returns the live local user, created or updated where needed; without a promise if
   *   everything is cached, since promises would cost more than the lookups (ADR 7)
   * @throws AuthenticationError when the token proves no session, or the user is gone
   * @throws AuthUnavailableError when tokens cannot be verified now
   * @throws SyncUnavailableError when the local user cannot be brought up to date now
   */
  execute(token: string): AuthenticatedRequest | Promise<AuthenticatedRequest> {
    const cached = this.cached(token);
    if (cached === undefined) return this.authenticated(token);
    this.metrics.count('token', cached.outcome);
    return cached;
  }

  /**
   * @returns undefined unless session and user are cached and the user is live; the cold path
   *   explains refusals
   */
  private cached(token: string): AuthenticatedRequest | undefined {
    const session = this.sessions.peek(token);
    if (session === undefined) return undefined;
    if (session.profile === null) {
      const stored = this.users.peekByClerkId(session.clerkId);
      return stored?.state === 'live' ? unchanged(stored.user) : undefined;
    }
    const result = this.users.peekSync(session.profile);
    return result === undefined || result.outcome === 'ignored' ? undefined : passed(result);
  }

  private async authenticated(token: string): Promise<AuthenticatedRequest> {
    const session = await this.sessions.verify(token);
    return session.profile === null
      ? this.withoutProfile(session.clerkId)
      : this.synced(session.profile, 'token');
  }

  /** Returns the stored row; a missing one is created once for all concurrent requests. */
  private async withoutProfile(clerkId: string): Promise<AuthenticatedRequest> {
    return (
      (await this.stored(clerkId)) ??
      (await this.creations.run(clerkId, () => this.createdFromDirectory(clerkId)))
    );
  }

  private async stored(clerkId: string): Promise<AuthenticatedRequest | null> {
    const stored = await this.users.findByClerkId(clerkId);
    if (stored === null) return null;
    if (stored.state === 'deleted') {
      this.metrics.count('token', 'ignored');
      throw userDeleted();
    }
    this.metrics.count('token', 'unchanged');
    return unchanged(stored.user);
  }

  private async createdFromDirectory(clerkId: string): Promise<AuthenticatedRequest> {
    // Another request may have created the row since the lookup.
    const stored = await this.stored(clerkId);
    if (stored !== null) return stored;

    const profile = await this.directory.fetchProfile(clerkId);
    if (profile === null) {
      throw new AuthenticationError('user_unknown', 'There is no such user. Sign in again.', {
        reason: 'user_unknown',
      });
    }
    return this.synced(profile, 'backend_api');
  }

  private async synced(profile: Profile, source: SyncSource): Promise<AuthenticatedRequest> {
    const result = await this.syncUser.execute(profile);
    this.metrics.count(source, result.outcome === 'deferred' ? 'stale' : result.outcome);
    if (result.outcome === 'ignored') throw userDeleted();
    return passed(result);
  }
}

/** On a read-only database a request is served with the stored row, even if the profile changed. */
function passed({ outcome, user }: LiveResult): AuthenticatedRequest {
  return { user, outcome: outcome === 'deferred' ? 'stale' : outcome };
}

function unchanged(user: User): AuthenticatedRequest {
  return { user, outcome: 'unchanged' };
}

function userDeleted(): AuthenticationError {
  return new AuthenticationError('user_deleted', 'This user was deleted. Sign out.', {
    reason: 'user_deleted',
  });
}
