import { AuthenticationError } from '@populatte/nestjs-clerk-sync/src/core/errors.js';
import { SystemClock } from '@populatte/nestjs-clerk-sync/src/core/clock.js';
import {
  type Authenticator,
  AuthenticateRequestUseCase,
  type AuthenticatedRequest,
} from '@populatte/nestjs-clerk-sync/src/core/authenticate-request.use-case.js';
import type { User } from '@populatte/nestjs-clerk-sync/src/core/user.entity.js';
import {
  CachedAuthenticator,
  type KnownRequest,
} from '@populatte/nestjs-clerk-sync/src/infrastructure/cache/cached-authenticator.js';
import { CachedSessionVerifier } from '@populatte/nestjs-clerk-sync/src/infrastructure/cache/cached-session-verifier.js';
import { CachedUserRepository } from '@populatte/nestjs-clerk-sync/src/infrastructure/cache/cached-user.repository.js';
import { ProfileDirectory } from '@populatte/nestjs-clerk-sync/src/core/profile-directory.js';
import {
  SessionVerifier,
  type VerifiedSession,
} from '@populatte/nestjs-clerk-sync/src/core/session-verifier.js';
import {
  DeleteUserUseCase,
  EndSessionUseCase,
  SyncUserUseCase,
} from '@populatte/nestjs-clerk-sync/src/core/sync-user.use-case.js';
import type { Profile } from '@populatte/nestjs-clerk-sync/src/core/profile.js';
import type { RevocableSession } from '@populatte/nestjs-clerk-sync/src/core/revocations.js';
import type {
  SyncResult,
  UserRepository,
} from '@populatte/nestjs-clerk-sync/src/core/user.repository.js';
import { aSession } from '@populatte/nestjs-clerk-sync/test/support/session.builder.js';
import type { Answer } from './explain.js';
import type { SessionEndType, WebhookType } from './history.js';
import type { Clerk, Driver } from './driver.js';
import { RecordedSyncMetrics } from '@populatte/nestjs-clerk-sync/test/support/recorded-sync-metrics.js';

/** A repository under test, with its dependencies. */
export interface OpenRepository {
  readonly users: UserRepository;
  /** Resolves once it has seen all writes, through this or another repository. */
  settled?(): Promise<void>;
  close(): Promise<void>;
}

/** Clerk's Backend API as a map. */
export class KnownProfiles extends ProfileDirectory implements Clerk {
  private readonly profiles = new Map<string, Profile>();

  setUser(clerkId: string, profile: Profile | null): void {
    if (profile === null) this.profiles.delete(clerkId);
    else this.profiles.set(clerkId, profile);
  }

  override fetchProfile(clerkId: string): Promise<Profile | null> {
    return Promise.resolve(this.profiles.get(clerkId) ?? null);
  }
}

/** Verifies the tokens that it issued. A profile has one token, so that tokens are sent repeatedly. */
class IssuedSessions extends SessionVerifier {
  private readonly issued = new Map<string, VerifiedSession>();

  issue(clerkId: string, session: RevocableSession, profile: Profile | null): string {
    const token = JSON.stringify([clerkId, session, profile]);
    this.issued.set(token, { ...aSession(clerkId), ...session, profile });
    return token;
  }

  override verify(token: string): Promise<VerifiedSession> {
    const session = this.issued.get(token);
    return session === undefined
      ? Promise.reject(new AuthenticationError('token_invalid', 'It was not issued here.'))
      : Promise.resolve(session);
  }
}

/** The real use cases on a repository, wired as the API wires them. */
export class UseCaseDriver implements Driver {
  private readonly sessions = new IssuedSessions();
  private readonly sync: SyncUserUseCase;
  private readonly remove: DeleteUserUseCase;
  private readonly endSession: EndSessionUseCase;
  private readonly authenticate: Authenticator;

  constructor(
    private readonly repository: OpenRepository,
    directory: ProfileDirectory,
  ) {
    const { users } = repository;
    this.sync = new SyncUserUseCase(users);
    this.remove = new DeleteUserUseCase(users);
    this.endSession = new EndSessionUseCase(users);
    const clock = new SystemClock();
    const metrics = new RecordedSyncMetrics();
    const tokens = new CachedSessionVerifier<KnownRequest<User>>(this.sessions, clock);
    const uncached = new AuthenticateRequestUseCase(tokens, this.sync, users, directory, metrics);
    this.authenticate =
      users instanceof CachedUserRepository
        ? new CachedAuthenticator(uncached, tokens, users, metrics, clock)
        : uncached;
  }

  request(profile: Profile, session: RevocableSession): Promise<Answer> {
    return this.authenticated(this.sessions.issue(profile.clerkId, session, profile));
  }

  bareRequest(clerkId: string, session: RevocableSession): Promise<Answer> {
    return this.authenticated(this.sessions.issue(clerkId, session, null));
  }

  async webhook(_type: WebhookType, profile: Profile): Promise<Answer> {
    return toAnswer(await this.sync.execute(profile, 'webhook'));
  }

  async deletion(clerkId: string): Promise<Answer> {
    return { outcome: await this.remove.execute(clerkId, 'webhook') };
  }

  async sessionEnd(_type: SessionEndType, clerkId: string, sessionId: string): Promise<Answer> {
    await this.endSession.execute(clerkId, sessionId);
    return { outcome: 'session_ended' };
  }

  async reconciliation(profile: Profile): Promise<Answer> {
    return toAnswer(await this.sync.execute(profile, 'reconcile'));
  }

  async settled(): Promise<void> {
    await this.repository.settled?.();
  }

  close(): Promise<void> {
    return this.repository.close();
  }

  private async authenticated(token: string): Promise<Answer> {
    try {
      return toAnswer(await this.authenticate.execute(token));
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error;
      if (error.code === 'user_deleted') return { outcome: 'ignored' };
      if (error.code === 'user_unknown') return { outcome: 'unknown' };
      if (error.code === 'token_invalid') throw error;
      return { outcome: error.code };
    }
  }
}

function toAnswer(result: SyncResult | AuthenticatedRequest): Answer {
  if (result.outcome === 'ignored') return { outcome: 'ignored' };
  const { id, email, name, imageUrl } = result.user;
  return { outcome: result.outcome, user: { id, email, name, imageUrl } };
}
