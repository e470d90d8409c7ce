import { z } from 'zod';
import type { Authenticator } from './core/authenticate-request.use-case.js';
import { AuthenticationError } from './core/errors.js';
import type { ProfileDirectory } from './core/profile-directory.js';
import { isClerkId, type Profile, toProfile } from './core/profile.js';
import { assertRunnable } from './core/reconcile/run-options.js';
import type { ReconcileUsersUseCase } from './core/reconcile/reconcile-users.js';
import type {
  ReconcileOptions,
  ReconcileProgress,
  ReconcileResult,
} from './core/reconcile/reconciliation.js';
import type { SyncMetrics } from './core/sync-metrics.js';
import type { DeletionOutcome, SyncResult, UserRepository } from './core/user.repository.js';
import { answerWithin } from './presentation/answer-within.js';

/** Options of `ClerkSync.reconcile`. */
export interface ReconcileUsersOptions extends ReconcileOptions {
  /**
   * Maximum number of requests to Clerk per second. Default: half of Clerk's limit, so 50 with live
   * keys and 5 with test keys.
   */
  readonly ratePerSecond?: number;
  /** Called after each page. */
  readonly onProgress?: (progress: ReconcileProgress) => void;
  /** Stops the run, which the next one resumes. */
  readonly signal?: AbortSignal;
}

/**
 * The application's access to its synced users, for use outside of requests.
 *
 * @example
 * constructor(private readonly clerkSync: ClerkSync<AppUser>) {}
 */
export class ClerkSync<Entity = unknown> {
  constructor(
    private readonly users: UserRepository<Entity>,
    private readonly directory: ProfileDirectory,
    private readonly metrics: SyncMetrics,
    private readonly authenticator: Authenticator<Entity>,
    private readonly reconciliation: (ratePerSecond?: number) => ReconcileUsersUseCase,
  ) {}

  /**
   * Verifies a session token and syncs its user, as the guard does: for handlers without an HTTP
   * request, such as those of WebSocket gateways.
   *
   * @param token without `Bearer`
   * @throws AuthenticationError if the token is refused; `code` says why
   * @throws AuthUnavailableError, SyncUnavailableError during an outage, which is not a sign-out
   * @example
   * const user = await this.clerkSync.authenticate(client.handshake.auth.token);
   */
  async authenticate(token: string): Promise<Entity> {
    // JavaScript callers may pass what a client has sent, or not sent.
    const text: unknown = token;
    if (typeof text !== 'string' || text === '') {
      throw new AuthenticationError('token_missing', 'Send a session token.', {
        reason: 'missing',
      });
    }
    const { user } = await answerWithin(Promise.resolve(this.authenticator.execute(text)));
    return user;
  }

  /**
   * @param clerkId Clerk's id of the user
   * @returns the live user, or null if there is none or the user is deleted
   * @throws SyncUnavailableError if the database is unavailable
   */
  async findByClerkId(clerkId: string): Promise<Entity | null> {
    if (!canBeClerkId(clerkId)) return null;
    const stored = await this.users.findByClerkId(clerkId);
    return stored?.state === 'live' ? stored.user : null;
  }

  /**
   * Updates a user to the newest known profile, by the same rule as requests and webhooks.
   *
   * @param source the user's Clerk id, for the profile of Clerk's Backend API; or a profile
   * @returns the outcome, and the user unless it is deleted
   * @throws AuthenticationError `user_unknown` when Clerk has no user with this id
   * @throws TypeError if the profile's id cannot be a Clerk id, or its version is invalid
   * @throws SyncUnavailableError if Clerk or the database is unavailable
   */
  async sync(source: string | Profile): Promise<SyncResult<Entity>> {
    const profile = isProfile(source)
      ? toProfile(checkedProfile(source))
      : await this.fetched(source);
    const result = await this.users.sync(profile, 'backend_api');
    this.metrics.count('backend_api', result.outcome === 'deferred' ? 'stale' : result.outcome);
    return result;
  }

  /**
   * Replaces a user by a tombstone without personal data, which only `restore` can undo.
   *
   * @param clerkId Clerk's id of the user
   * @returns `deleted`, also if the user had no row; `ignored` if the user was deleted before
   * @throws TypeError if the id cannot be a Clerk id
   * @throws SyncUnavailableError if the database is unavailable
   */
  async delete(clerkId: string): Promise<DeletionOutcome> {
    assertClerkId(clerkId);
    return this.users.markDeleted(clerkId, 'backend_api');
  }

  /**
   * Restores a user who was deleted by mistake, with Clerk's current profile. It does not recover
   * data that the deletion erased.
   *
   * @param clerkId Clerk's id of the user
   * @returns false if the user is live, or has no row
   * @throws AuthenticationError `user_unknown` when Clerk has no user with this id
   * @throws SyncUnavailableError if Clerk or the database is unavailable
   */
  async restore(clerkId: string): Promise<boolean> {
    return this.users.restore(await this.fetched(clerkId), 'backend_api');
  }

  /**
   * Brings all local users in line with Clerk: applies every profile that Clerk's Backend API
   * lists, and finds local users that Clerk does not have. It deletes those with `deleteMissing`
   * only, never more than `maxDeletions` (default: 1 % of the live users, at least 1), never after
   * an empty or short listing, and never for a different Clerk instance than the one that the users
   * belong to.
   *
   * Safe during live traffic. One process works at a time, and others wait for its result. The
   * position is in the database, so the next call resumes an interrupted run. Use it to import
   * existing users as well.
   *
   * @throws TypeError if an option is not what its type says, such as a NaN
   * @throws SyncUnavailableError if the database is unavailable
   * @throws Error if Clerk is not responding or rejects the key, another process took over, or
   *   `signal` was aborted (`code` is `reconciliation_stopped`)
   * @example
   * const { created, missing } = await clerkSync.reconcile({ dryRun: true });
   */
  async reconcile(options: ReconcileUsersOptions = {}): Promise<ReconcileResult> {
    const { ratePerSecond, onProgress, signal, ...run } = options;
    assertRunnable(options);
    return this.reconciliation(ratePerSecond).execute(run, onProgress, signal);
  }

  private async fetched(clerkId: string): Promise<Profile> {
    const profile = canBeClerkId(clerkId) ? await this.directory.fetchProfile(clerkId) : null;
    if (profile !== null) return profile;
    throw new AuthenticationError('user_unknown', 'Clerk has no user with this id.');
  }
}

const version = z.object({ at: z.int().nonnegative(), exact: z.boolean() });

function isProfile(source: unknown): source is Profile {
  return typeof source === 'object' && source !== null;
}

/** @param id JavaScript callers may pass anything, such as a parameter of a request */
function canBeClerkId(id: unknown): boolean {
  return typeof id === 'string' && isClerkId(id);
}

/** @throws TypeError instead of storing a user whom no token and no webhook can ever name */
function assertClerkId(id: unknown): void {
  if (canBeClerkId(id)) return;
  throw new TypeError('This cannot be the id of a Clerk user: pass one like user_2b6EX4MP1E.');
}

/** @throws TypeError if the database would misread the profile, or refuse it as during an outage */
function checkedProfile(profile: Profile): Profile {
  assertClerkId(profile.clerkId);
  if (version.safeParse(profile.version).success) return profile;
  throw new TypeError(
    'This is not the version of a profile: pass { at, exact }, with whole milliseconds since the epoch.',
  );
}
