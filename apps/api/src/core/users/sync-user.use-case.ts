import type { Profile } from './profile.js';
import type { DeletionOutcome, SyncResult, UserRepository } from './user.repository.js';

/** Brings the local user to a profile. The one door for requests, webhooks and reconciliation. */
export class SyncUserUseCase {
  constructor(private readonly users: UserRepository) {}

  /**
   * @param profile what Clerk says, at a version
   * @returns what was done, and the user as stored now
   * @throws SyncUnavailableError when the store cannot answer
   */
  execute(profile: Profile): Promise<SyncResult> {
    return this.users.sync(profile);
  }
}

/** Erases a user whom Clerk has deleted, for good: the tombstone keeps anything from bringing the user back. */
export class DeleteUserUseCase {
  constructor(private readonly users: UserRepository) {}

  /**
   * @param clerkId whom
   * @returns `ignored` where the user was deleted before
   * @throws SyncUnavailableError when the store cannot answer
   */
  execute(clerkId: string): Promise<DeletionOutcome> {
    return this.users.markDeleted(clerkId);
  }
}
