import type { Profile } from '../users/profile.js';

/** Looks a person up at the identity provider, for tokens that carry no profile. */
export abstract class ProfileDirectory {
  /**
   * @returns the profile, or null where the provider knows no such person
   * @throws SyncUnavailableError when the provider cannot answer
   */
  abstract fetchProfile(clerkId: string): Promise<Profile | null>;
}
