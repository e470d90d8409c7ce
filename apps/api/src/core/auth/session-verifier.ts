import type { VerifiedSession } from './verified-session.js';

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
