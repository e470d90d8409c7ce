import type { Profile } from './profile.js';
import type { DeletionOutcome, SyncResult, UserRepository } from './user.repository.js';

/** Syncs the local user with a profile. Requests and webhooks both go through it. */
export class SyncUserUseCase {
  constructor(private readonly users: UserRepository) {}

  /**
   * @param profile from Clerk, at a version
   * @returns the outcome, and the user as stored now
   * @throws SyncUnavailableError when the store cannot answer
   */
  execute(profile: Profile): Promise<SyncResult> {
    return this.users.sync(profile);
  }
}

/** Erases a user that Clerk has deleted. The tombstone keeps later profiles from restoring the user. */
export class DeleteUserUseCase {
  constructor(private readonly users: UserRepository) {}

  /**
   * @param clerkId the deleted user
   * @returns `ignored` if the user was deleted before
   * @throws SyncUnavailableError when the store cannot answer
   */
  execute(clerkId: string): Promise<DeletionOutcome> {
    return this.users.markDeleted(clerkId);
  }
}
