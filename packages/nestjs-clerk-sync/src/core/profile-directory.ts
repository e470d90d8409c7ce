import type { Profile } from './profile.js';

/** Looks up users at the identity provider, for tokens without a profile. */
export abstract class ProfileDirectory {
  /**
   * @returns the profile, or null if the provider has no such user
   * @throws SyncUnavailableError if the provider is unavailable
   */
  abstract fetchProfile(clerkId: string): Promise<Profile | null>;
}
