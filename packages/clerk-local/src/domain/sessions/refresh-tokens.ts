import { createHmac, timingSafeEqual } from 'node:crypto';
import { decodeJwt, jwtVerify } from 'jose';
import { ClerkApiError } from '../shared/clerk-api-error.js';
import type { Store } from '../state/store.js';
import type { Sessions } from './sessions.js';
import type { SessionTokens } from './session-tokens.js';

export interface RefreshTokensOptions {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly tokens: SessionTokens;
}

/** The data that a server sends to refresh an expired session token. */
export interface RefreshRequest {
  readonly sessionId: string;
  readonly expiredToken: string;
  readonly refreshToken: string;
  /** The origin of the page that the server serves. Becomes `azp`. */
  readonly origin: string;
}

/** Lets servers exchange an expired session token and the cookie `__refresh` for a new token. */
export class RefreshTokens {
  constructor(private readonly options: RefreshTokensOptions) {}

  /** Returns the refresh token of a session. It is valid as long as the session is active. */
  issue(sessionId: string): string {
    const { secretKey } = this.options.store.keys;
    return createHmac('sha256', secretKey).update(`refresh ${sessionId}`).digest('base64url');
  }

  /**
   * @throws {ClerkApiError} 401 for tokens of another session or origin, and for a session that is
   *   unknown or has ended. Clerk's SDK reports the code as the reason of the sign-out.
   */
  async redeem({ sessionId, expiredToken, refreshToken, origin }: RefreshRequest): Promise<string> {
    const { store, tokens } = this.options;
    if (!store.sessions.has(sessionId)) {
      throw refused(
        'session_refresh_session_not_found',
        `No session was found with id ${sessionId}`,
      );
    }
    this.requireActive(sessionId);
    if (!isEqual(refreshToken, this.issue(sessionId))) {
      throw refused('refresh_token_not_found', 'The provided refresh token was not found');
    }
    const claims = await this.claimsOf(expiredToken);
    if (claims === undefined) {
      throw refused('expired_session_token_invalid', 'The session token could not be verified');
    }
    if (claims['sid'] !== sessionId) {
      throw refused('refresh_sid_mismatch', "The token's 'sid' claim is not the session's id");
    }
    // The token of a handshake has no `azp`.
    if (claims['azp'] !== undefined && claims['azp'] !== origin) {
      throw refused(
        'refresh_request_origin_azp_mismatch',
        "The request_origin parameter does not match the token's 'azp' claim",
      );
    }
    return tokens.create({ sessionId, origin });
  }

  private requireActive(sessionId: string): void {
    try {
      this.options.sessions.requireActive(sessionId);
    } catch {
      throw refused('session_refresh_inactive_session', 'The provided session is not active');
    }
  }

  /** Reads a token that this instance has signed, regardless of its times. */
  private async claimsOf(token: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { publicKey } = this.options.store.signingKey;
    try {
      const issuedAt = decodeJwt(token).iat ?? 0;
      const currentDate = new Date(issuedAt * 1000);
      const { payload } = await jwtVerify(token, publicKey, { currentDate });
      return payload;
    } catch {
      return undefined;
    }
  }
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refused(code: string, longMessage: string): ClerkApiError {
  return new ClerkApiError(401, code, 'Session refresh refused', { longMessage });
}
