import { type Clock, SystemClock } from './clock.js';
import { SingleFlight } from './single-flight.js';
import type { AuthenticationOutcome, SyncMetrics, SyncSource } from './sync-metrics.js';
import type { SyncUserUseCase } from './sync-user.use-case.js';
import { revocationOf, type Revocations } from './revocations.js';
import type { User } from './user.entity.js';
import type { SyncResult, UserRepository } from './user.repository.js';
import { AuthenticationError, AuthUnavailableError, SyncUnavailableError } from './errors.js';
import type { ProfileDirectory } from './profile-directory.js';
import type { SessionVerifier, VerifiedSession } from './session-verifier.js';

type LiveResult<Entity> = Exclude<SyncResult<Entity>, { outcome: 'ignored' }>;

/** A request's user, and the outcome of its sync. */
export interface AuthenticatedRequest<Entity = User> {
  readonly user: Entity;
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'stale';
  /** The impersonator; absent unless the session is an impersonation. */
  readonly actor?: string;
}

/** A user before the check whether the session is revoked. */
interface FoundUser<Entity> extends AuthenticatedRequest<Entity> {
  readonly revocations: Revocations | undefined;
}

/** Turns a session token into the local user, and updates the user in the same request. */
export abstract class Authenticator<Entity = User> {
  /**
   * @param token the bearer token
   * @returns the live local user, created or updated if necessary; not a promise if everything is
   *   cached, because promises would cost more than the lookups (ADR 7)
   * @throws AuthenticationError when the token proves no session, the session has ended, or the user
   *   is banned or deleted
   * @throws AuthUnavailableError if tokens cannot be verified at the moment
   * @throws SyncUnavailableError if the local user cannot be synced at the moment
   */
  abstract execute(
    token: string,
  ): AuthenticatedRequest<Entity> | Promise<AuthenticatedRequest<Entity>>;
}

/** Verifies the token and syncs the user on every call. */
export class AuthenticateRequestUseCase<Entity = User> extends Authenticator<Entity> {
  private readonly creations = new SingleFlight<FoundUser<Entity>>();

  constructor(
    private readonly sessions: SessionVerifier,
    private readonly syncUser: SyncUserUseCase<Entity>,
    private readonly users: UserRepository<Entity>,
    private readonly directory: ProfileDirectory,
    private readonly metrics: SyncMetrics,
    private readonly clock: Clock = new SystemClock(),
  ) {
    super();
  }

  override execute(token: string): Promise<AuthenticatedRequest<Entity>> {
    const startedAt = this.clock.monotonic();
    const measured = (outcome: AuthenticationOutcome): void => {
      this.metrics.authenticated(outcome, this.clock.monotonic() - startedAt);
    };
    return this.authenticated(token).then(
      (authenticated) => {
        measured(authenticated.outcome);
        return authenticated;
      },
      (error: unknown) => {
        measured(outcomeOf(error));
        throw error;
      },
    );
  }

  private async authenticated(token: string): Promise<AuthenticatedRequest<Entity>> {
    const session = await this.sessions.verify(token);
    const { profile } = session;
    const found =
      profile === null
        ? await this.withoutProfile(session.clerkId)
        : this.passed(await this.syncUser.execute(profile, 'token'), 'token');
    return admitted(found, session);
  }

  /** Returns the stored row; a missing one is created once for all concurrent requests. */
  private async withoutProfile(clerkId: string): Promise<FoundUser<Entity>> {
    return (
      (await this.stored(clerkId)) ??
      (await this.creations.run(clerkId, () => this.createdFromDirectory(clerkId)))
    );
  }

  private async stored(clerkId: string): Promise<FoundUser<Entity> | null> {
    const stored = await this.users.findByClerkId(clerkId);
    if (stored === null) return null;
    if (stored.state === 'deleted') {
      this.metrics.count('token', 'ignored');
      throw userDeleted();
    }
    this.metrics.count('token', 'unchanged');
    return { user: stored.user, outcome: 'unchanged', revocations: stored.revocations };
  }

  private async createdFromDirectory(clerkId: string): Promise<FoundUser<Entity>> {
    // Another request may have created the row since the lookup.
    const stored = await this.stored(clerkId);
    if (stored !== null) return stored;

    const profile = await this.directory.fetchProfile(clerkId);
    if (profile === null) {
      throw new AuthenticationError('user_unknown', 'There is no such user. Sign in again.');
    }
    return this.passed(await this.syncUser.execute(profile, 'backend_api'), 'backend_api');
  }

  /** @throws AuthenticationError if the user is deleted */
  private passed(result: SyncResult<Entity>, source: SyncSource): FoundUser<Entity> {
    this.metrics.count(source, result.outcome === 'deferred' ? 'stale' : result.outcome);
    if (result.outcome === 'ignored') throw userDeleted();
    const { user, revocations } = result;
    return { user, outcome: passedOutcome(result), revocations };
  }
}

function outcomeOf(error: unknown): AuthenticationOutcome {
  const isExpected =
    error instanceof AuthenticationError ||
    error instanceof AuthUnavailableError ||
    error instanceof SyncUnavailableError;
  return isExpected ? error.code : 'internal_error';
}

/** On a read-only database a request is served with the stored row, even if the profile changed. */
function passedOutcome({ outcome }: LiveResult<unknown>): AuthenticatedRequest['outcome'] {
  return outcome === 'deferred' ? 'stale' : outcome;
}

/** @throws AuthenticationError if the session's tokens are refused */
function admitted<Entity>(
  { user, outcome, revocations }: FoundUser<Entity>,
  session: VerifiedSession,
): AuthenticatedRequest<Entity> {
  const reason = revocations === undefined ? null : revocationOf(revocations, session);
  if (reason === null) return asRequest(user, outcome, session);
  throw new AuthenticationError(reason, revocationMessages[reason]);
}

/** @returns the request of a session that is not refused, with its impersonator */
export function asRequest<Entity, Outcome extends AuthenticatedRequest['outcome']>(
  user: Entity,
  outcome: Outcome,
  { actor }: VerifiedSession,
): AuthenticatedRequest<Entity> & { readonly outcome: Outcome } {
  return actor === undefined ? { user, outcome } : { user, outcome, actor };
}

const revocationMessages = {
  user_banned: 'This user is banned. Sign out.',
  session_ended: 'This session has ended. Sign in again.',
} as const;

function userDeleted(): AuthenticationError {
  return new AuthenticationError('user_deleted', 'This user was deleted. Sign out.');
}
