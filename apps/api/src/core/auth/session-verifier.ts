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

/** Tells a session token that the identity provider issued from everything else. */
export abstract class SessionVerifier {
  /**
   * @param token the bearer token as it arrived
   * @throws AuthenticationError when the token does not prove a session
   * @throws AuthUnavailableError when that cannot be told now
   */
  abstract verify(token: string): Promise<VerifiedSession>;

  /**
   * What `verify` would resolve to, where that is known at once.
   *
   * @param _token the bearer token as it arrived
   * @returns undefined where `verify` has to be asked
   */
  recall(_token: string): VerifiedSession | undefined {
    return undefined;
  }
}
