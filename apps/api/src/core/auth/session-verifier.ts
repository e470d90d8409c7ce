import type { VerifiedSession } from './verified-session.js';

/** Tells a session token that the identity provider issued from everything else. */
export abstract class SessionVerifier {
  /**
   * @param token the bearer token as it arrived
   * @throws AuthenticationError when the token does not prove a session
   * @throws AuthUnavailableError when that cannot be told now
   */
  abstract verify(token: string): Promise<VerifiedSession>;
}
