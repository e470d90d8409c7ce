import type { Profile } from './profile.js';

/** The verified content of a session token. */
export interface VerifiedSession {
  readonly clerkId: string;
  readonly sessionId: string;
  /** When the token was issued, in milliseconds since the epoch. */
  readonly issuedAt: number;
  /** When the token expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /**
   * The impersonator: the `sub` of the token's `act`. Absent unless the session is an
   * impersonation.
   */
  readonly actor?: string;
  /** The profile in the token's claims; null if it is incomplete. */
  readonly profile: Profile | null;
}

/** Verifies session tokens of the identity provider. */
export abstract class SessionVerifier {
  /**
   * @param token the bearer token as it arrived
   * @throws AuthenticationError when the token does not prove a session
   * @throws AuthUnavailableError if tokens cannot be verified at the moment
   */
  abstract verify(token: string): Promise<VerifiedSession>;
}
