import type { Profile } from './profile.js';
import type { SyncResult, UserRepository } from './user.repository.js';

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
