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

  /** @throws {ClerkApiError} 401 for tokens of another session, and for one that has ended */
  async redeem({ sessionId, expiredToken, refreshToken, origin }: RefreshRequest): Promise<string> {
    const { sessions, tokens } = this.options;
    sessions.requireActive(sessionId);
    if (!isEqual(refreshToken, this.issue(sessionId))) throw invalid('The refresh token');
    if ((await this.sessionIdOf(expiredToken)) !== sessionId) throw invalid('The expired token');
    return tokens.create({ sessionId, origin });
  }

  /** Reads a token that this instance has signed, regardless of its times. */
  private async sessionIdOf(token: string): Promise<unknown> {
    const { publicKey } = this.options.store.signingKey;
    try {
      const issuedAt = decodeJwt(token).iat ?? 0;
      const currentDate = new Date(issuedAt * 1000);
      const { payload } = await jwtVerify(token, publicKey, { currentDate });
      return payload['sid'];
    } catch {
      return undefined;
    }
  }
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function invalid(what: string): ClerkApiError {
  return new ClerkApiError(401, 'authentication_invalid', 'Invalid authentication', {
    longMessage: `${what} does not belong to this session. The user signs in again.`,
  });
}
