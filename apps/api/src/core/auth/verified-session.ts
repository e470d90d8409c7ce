import type { Profile } from '../users/profile.js';

/** What a session token proved. */
export interface VerifiedSession {
  readonly clerkId: string;
  readonly sessionId: string;
  /** From then on it proves nothing any more; milliseconds since the epoch. */
  readonly expiresAt: number;
  /** What the token says about the person; null where it does not carry a whole profile. */
  readonly profile: Profile | null;
}
