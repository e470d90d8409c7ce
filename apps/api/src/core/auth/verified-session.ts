import type { Profile } from '../users/profile.js';

/** What a session token proved. */
export interface VerifiedSession {
  readonly clerkId: string;
  readonly sessionId: string;
  /** What the token says about the person; null where it does not carry a whole profile. */
  readonly profile: Profile | null;
}
