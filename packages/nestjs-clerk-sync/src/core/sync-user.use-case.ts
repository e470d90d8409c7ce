import type { Profile } from './profile.js';
import type { SyncSource } from './sync-metrics.js';
import type { User } from './user.entity.js';
import type { DeletionOutcome, SyncResult, UserRepository } from './user.repository.js';

/** Syncs the local user with a profile. Requests and webhooks both go through it. */
export class SyncUserUseCase<Entity = User> {
  constructor(private readonly users: UserRepository<Entity>) {}

  /**
   * @param profile from Clerk, at a version
   * @param source recorded in the user's journal
   * @returns the outcome, and the user as stored now
   * @throws SyncUnavailableError if the store is unavailable
   */
  execute(profile: Profile, source: SyncSource): Promise<SyncResult<Entity>> {
    return this.users.sync(profile, source);
  }
}

/**
 * Erases a user whom Clerk has deleted. The tombstone keeps later profiles from restoring the user.
 */
export class DeleteUserUseCase {
  constructor(private readonly users: UserRepository<unknown>) {}

  /**
   * @param clerkId the deleted user
   * @param source recorded in the user's journal
   * @returns `ignored` if the user was deleted before
   * @throws SyncUnavailableError if the store is unavailable
   */
  execute(clerkId: string, source: SyncSource): Promise<DeletionOutcome> {
    return this.users.markDeleted(clerkId, source);
  }
}

/** Records that a session has ended at Clerk, so that its tokens are refused before they expire. */
export class EndSessionUseCase {
  constructor(private readonly users: UserRepository<unknown>) {}

  /**
   * @param clerkId the session's user, who may have no row yet
   * @param sessionId the `sid` of its tokens
   * @throws SyncUnavailableError if the store is unavailable
   */
  execute(clerkId: string, sessionId: string): Promise<void> {
    return this.users.endSession(clerkId, sessionId);
  }
}
