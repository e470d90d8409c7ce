import { AuthenticationError } from './core/errors.js';
import type { ProfileDirectory } from './core/profile-directory.js';
import { type Profile, toProfile } from './core/profile.js';
import type { SyncMetrics } from './core/sync-metrics.js';
import type { DeletionOutcome, SyncResult, UserRepository } from './core/user.repository.js';

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
  ) {}

  /**
   * @returns the live user, or null if there is none or the user is deleted
   * @throws SyncUnavailableError when the database cannot answer
   */
  async findByClerkId(clerkId: string): Promise<Entity | null> {
    const stored = await this.users.findByClerkId(clerkId);
    return stored?.state === 'live' ? stored.user : null;
  }

  /**
   * Brings a user to the newest known profile, by the same rule as requests and webhooks.
   *
   * @param source the user's Clerk id, for the profile of Clerk's Backend API; or a profile
   * @returns the outcome, and the user unless it is deleted
   * @throws AuthenticationError `user_unknown` when Clerk has no user with this id
   * @throws SyncUnavailableError when Clerk or the database cannot answer
   */
  async sync(source: string | Profile): Promise<SyncResult<Entity>> {
    const profile = typeof source === 'string' ? await this.fetched(source) : toProfile(source);
    const result = await this.users.sync(profile, 'backend_api');
    this.metrics.count('backend_api', result.outcome === 'deferred' ? 'stale' : result.outcome);
    return result;
  }

  /**
   * Replaces a user by a tombstone without personal data, which only `restore` makes live again.
   *
   * @returns `ignored` if the user was deleted before
   * @throws SyncUnavailableError when the database cannot answer
   */
  delete(clerkId: string): Promise<DeletionOutcome> {
    return this.users.markDeleted(clerkId, 'backend_api');
  }

  /**
   * Makes a deleted user live again, with the profile that Clerk has now: for a deletion by mistake. What
   * the deletion erased does not come back.
   *
   * @returns false if the user is live, or has no row
   * @throws AuthenticationError `user_unknown` when Clerk has no user with this id
   * @throws SyncUnavailableError when Clerk or the database cannot answer
   */
  async restore(clerkId: string): Promise<boolean> {
    return this.users.restore(await this.fetched(clerkId), 'backend_api');
  }

  private async fetched(clerkId: string): Promise<Profile> {
    const profile = await this.directory.fetchProfile(clerkId);
    if (profile !== null) return profile;
    throw new AuthenticationError('user_unknown', 'Clerk has no user with this id.');
  }
}
