import type { DeletionOutcome, UserRepository } from './user.repository.js';

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
