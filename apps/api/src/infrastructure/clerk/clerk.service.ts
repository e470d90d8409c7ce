import { errors, jwtVerify, type CryptoKey, type JWTVerifyResult } from 'jose';
import { AuthenticationError } from '../../core/auth/auth.errors.js';
import { SessionVerifier } from '../../core/auth/session-verifier.js';
import type { VerifiedSession } from '../../core/auth/verified-session.js';
import type { Clock } from '../../core/clock.js';
import { profileFromClaims } from './profile-claims.js';
import { sessionClaims, sessionHeader } from './session-claims.schema.js';
import type { SigningKeys } from './signing-keys.js';

/** Clocks of two machines may differ by this much, in seconds. */
const leewaySeconds = 5;

export interface ClerkServiceOptions {
  /** The instance's `iss`. */
  readonly issuer: string;
  /** Origins whose tokens are accepted: the `azp` claim must be one of them. */
  readonly authorizedParties: readonly string[];
}

/** Verifies Clerk's session tokens, and extracts what they say about the person. */
export class ClerkService extends SessionVerifier {
  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    private readonly options: ClerkServiceOptions,
  ) {
    super();
  }

  /**
   * Every check of Clerk's "Manual JWT verification", and those of RFC 8725 that apply: the
   * signature first, by RS256 only and a key of our own set, whatever the header embeds.
   */
  override async verify(token: string): Promise<VerifiedSession> {
    if (!isCompactJws(token)) throw invalid();
    const now = this.clock.now();
    const { protectedHeader, payload } = await this.verifySignatureAndTimes(token, now);

    const header = sessionHeader.safeParse(protectedHeader);
    const claims = sessionClaims.safeParse(payload);
    if (!header.success || !claims.success) throw invalid();
    const { sub, sid, iat, exp, azp, sts } = claims.data;

    if (!this.options.authorizedParties.includes(azp)) throw invalid();
    if (iat > Math.floor(now / 1000) + leewaySeconds) throw notActive();
    if (sts === 'pending') {
      throw new AuthenticationError(
        'session_pending',
        'This session has a task left. Finish it to be signed in.',
      );
    }
    return {
      clerkId: sub,
      sessionId: sid,
      expiresAt: exp * 1000,
      profile: profileFromClaims(sub, iat, payload),
    };
  }

  private async verifySignatureAndTimes(token: string, now: number): Promise<JWTVerifyResult> {
    try {
      return await jwtVerify(token, ({ kid }) => this.keyFor(kid), {
        algorithms: ['RS256'],
        issuer: this.options.issuer,
        clockTolerance: leewaySeconds,
        currentDate: new Date(now),
      });
    } catch (error) {
      throw toAuthError(error);
    }
  }

  private async keyFor(kid: string | undefined): Promise<CryptoKey> {
    const key = await this.keys.find(kid);
    if (key === null) throw invalid();
    return key;
  }
}

/**
 * RFC 7515, 7.1: three parts of base64url. jose is laxer (white space, plain base64, spare bits in
 * the last character); here one token has one spelling.
 */
function isCompactJws(token: string): boolean {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return false;
  const signature = token.slice(token.lastIndexOf('.') + 1);
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

/** What is not about the token passes as it is: neither an outage nor a bug may sign anybody out. */
function toAuthError(error: unknown): unknown {
  if (!(error instanceof errors.JOSEError)) return error;
  if (error instanceof errors.JWTExpired) {
    return new AuthenticationError(
      'token_expired',
      'The session token has expired. Get a fresh one.',
    );
  }
  if (
    error instanceof errors.JWTClaimValidationFailed &&
    error.claim === 'nbf' &&
    error.reason === 'check_failed'
  ) {
    return notActive();
  }
  return invalid(error);
}

function notActive(): AuthenticationError {
  return new AuthenticationError(
    'token_not_active',
    'The session token is not valid yet. Get a fresh one, and check this machine’s clock.',
  );
}

function invalid(cause?: unknown): AuthenticationError {
  return new AuthenticationError(
    'token_invalid',
    'The session token is not valid here. Get a fresh one.',
    { cause },
  );
}
