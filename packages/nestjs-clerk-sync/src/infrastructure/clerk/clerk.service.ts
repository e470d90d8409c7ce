import { compactVerify, type CryptoKey, errors } from 'jose';
import { z } from 'zod';
import { SessionVerifier, type VerifiedSession } from '../../core/session-verifier.js';
import type { Clock } from '../../core/clock.js';
import {
  AuthenticationError,
  type AuthenticationErrorCode,
  type RefusalReason,
} from '../../core/errors.js';
import { isClerkId } from '../../core/profile.js';
import type { InfrastructureLog } from '../../core/log.js';
import { optionNames, type SettingNames } from '../../core/setting-names.js';
import { profileFromClaims } from './profile-claims.js';
import { RefusalWarnings, seenClaims } from './refusals.js';
import type { SigningKeys } from './signing-keys.js';
import { type JsonObject, parseJsonObject } from './strict-json.js';
import { adviceForJwt, adviceForOpaque } from './token-kind.js';

/** A number that is only compared, so it may be infinite when parsed (1e999). */
const comparedTime = z.custom<number>((value) => typeof value === 'number');

/**
 * The claims of every session token (Clerk, "Session tokens", version 2) except `iss` and `azp`.
 * Times are NumericDates; `nbf` may be absent.
 */
export const sessionClaims = z.object({
  sub: z.string().refine(isClerkId),
  sid: z.string().min(1),
  // It becomes a version, which must fit into the database column.
  iat: z.number().nonnegative(),
  exp: comparedTime,
  nbf: comparedTime.optional(),
  sts: z.enum(['active', 'pending']).optional(),
  // The impersonator (RFC 8693, 4.1). It does not affect decisions, so an invalid one does not
  // cause a refusal.
  act: z
    .object({ sub: z.string().refine(isClerkId) })
    .optional()
    .catch(undefined),
});
export type SessionClaims = z.output<typeof sessionClaims>;

/** Tolerated difference between the clocks of two machines, in seconds. */
const leewaySeconds = 5;

/**
 * Longest `exp - iat` of a session token, in seconds. The Backend API mints tokens for up to ten
 * years; an ended session is remembered for a day.
 */
const maxLifetimeSeconds = 24 * 60 * 60;

export interface ClerkServiceOptions {
  /** The instance's `iss`. */
  readonly issuer: string;
  /** Origins whose tokens are accepted: the `azp` claim must be one of them. */
  readonly authorizedParties: readonly string[];
  /** Whether tokens without `azp` are accepted; native apps and the Backend API get such tokens. */
  readonly acceptTokensWithoutAzp: boolean;
  /** How log lines name these settings. Default: as the module's options. */
  readonly settingNames?: SettingNames;
}

/** A decoded token. */
interface ReadToken {
  readonly header: JsonObject;
  readonly payload: JsonObject;
}

/** Verifies Clerk's session tokens and extracts the profile claims. */
export class ClerkService extends SessionVerifier {
  private readonly warnings: RefusalWarnings;
  private lastHeader: { readonly part: string; readonly header: JsonObject } | undefined;

  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    private readonly options: ClerkServiceOptions,
    log: InfrastructureLog,
  ) {
    super();
    this.warnings = new RefusalWarnings(log, clock, options.settingNames ?? optionNames);
  }

  /**
   * Performs every check of Clerk's "Manual JWT verification" and the applicable ones of RFC 8725:
   * the signature before the claims, with RS256 only and a key from our own set, never one from the
   * header.
   */
  override async verify(token: string): Promise<VerifiedSession> {
    // The clock is read once for all checks, so a token does not expire while keys are loaded.
    const now = this.clock.now();
    const header = this.headerOf(token);
    const key = await this.keyFor(header, token);
    if (key === null) throw this.unverified('kid', header, token);
    let payload: JsonObject | null;
    try {
      const verified = await compactVerify(token, key, { algorithms: ['RS256'] });
      payload = parseJsonObject(verified.payload);
    } catch (cause) {
      // Any other error is an outage or a bug, and must not sign users out.
      if (!(cause instanceof errors.JOSEError)) throw cause;
      const isSignature = cause instanceof errors.JWSSignatureVerificationFailed;
      throw this.unverified(isSignature ? 'signature' : 'form', header, token, cause);
    }
    if (payload === null) throw notJwt(token);
    return this.sessionOf({ header, payload }, now);
  }

  /**
   * @returns the header; nearly all tokens have the same, which names the algorithm and the key
   * @throws AuthenticationError if the text is not a JWS
   */
  private headerOf(token: string): JsonObject {
    const part = compactJws.test(token) ? token.slice(0, token.indexOf('.')) : '';
    if (this.lastHeader?.part !== part) {
      const parsed = parsedPart(part);
      if (parsed === null) throw notJwt(token);
      this.lastHeader = { part, header: parsed };
    }
    return this.lastHeader.header;
  }

  /** @returns the key that the header names, or null */
  private keyFor(header: JsonObject, token: string): Promise<CryptoKey | null> {
    const { alg, crit, kid } = header;
    if (alg !== 'RS256') throw this.unverified('algorithm', header, token);
    // No extension is supported, so none may be critical (RFC 7515, 4.1.11).
    if (crit !== undefined) throw this.unverified('crit', header, token);
    return kid === undefined || typeof kid === 'string'
      ? this.keys.find(kid)
      : Promise.resolve(null);
  }

  /** Only here is a payload read that no signature covers: to say why the token is refused. */
  private unverified(
    reason: RefusalReason,
    header: JsonObject,
    token: string,
    cause?: unknown,
  ): AuthenticationError {
    const payload = parsedPart(token.split('.', 2)[1] ?? '');
    return payload === null
      ? notJwt(token)
      : this.invalid(reason, { header, payload }, false, { cause });
  }

  /** @param token its signature is valid */
  private sessionOf(token: ReadToken, now: number): VerifiedSession {
    const { sub, sid, iat, exp, act } = this.checkClaims(token, Math.floor(now / 1000));
    const profile = profileFromClaims(sub, iat, token.payload, now);
    const session = {
      clerkId: sub,
      sessionId: sid,
      issuedAt: iat * 1000,
      expiresAt: exp * 1000,
      profile,
    };
    if (act === undefined) return session;
    const actor = act.sub;
    return { ...session, actor, profile: profile === null ? null : { ...profile, actor } };
  }

  private checkClaims(token: ReadToken, now: number): SessionClaims {
    const { header, payload } = token;
    if (adviceForJwt(header, payload) !== null) throw this.invalid('category', token);
    if (payload['iss'] !== this.options.issuer) throw this.invalid('issuer', token);

    const parsed = sessionClaims.safeParse(payload);
    if (!parsed.success) {
      const claim = String(parsed.error.issues[0]?.path[0] ?? '');
      throw this.invalid('claims', token, true, { claim });
    }
    const { nbf, exp, iat, sts } = parsed.data;
    if (nbf !== undefined && nbf > now + leewaySeconds) throw this.notActive(token);
    if (exp <= now - leewaySeconds) {
      const message = 'The session token has expired. Get a fresh one.';
      throw this.refusal('token_expired', 'expired', message, token);
    }
    if (exp - iat > maxLifetimeSeconds) throw this.invalid('lifetime', token);
    this.checkAuthorizedParty(token);
    if (iat > now + leewaySeconds) throw this.notActive(token);
    if (sts === 'pending') {
      const message = 'This session has a pending task. Complete it to finish signing in.';
      throw this.refusal('session_pending', 'pending', message, token);
    }
    return parsed.data;
  }

  /** An `azp` that is present, even if empty, must be an authorized party. */
  private checkAuthorizedParty(token: ReadToken): void {
    const { azp } = token.payload;
    if (azp === undefined) {
      if (!this.options.acceptTokensWithoutAzp) throw this.invalid('azp_missing', token);
      return;
    }
    if (typeof azp !== 'string' || !this.options.authorizedParties.includes(azp)) {
      throw this.invalid('azp_foreign', token);
    }
  }

  private notActive(token: ReadToken): AuthenticationError {
    return this.refusal(
      'token_not_active',
      'not_active',
      'The session token is not valid yet. Get a fresh one, and check this machine’s clock.',
      token,
    );
  }

  private invalid(
    reason: RefusalReason,
    token: ReadToken,
    verified = true,
    details: { readonly claim?: string; readonly cause?: unknown } = {},
  ): AuthenticationError {
    const message = adviceForJwt(token.header, token.payload) ?? notValid;
    return this.refusal('token_invalid', reason, message, token, verified, details);
  }

  private refusal(
    code: AuthenticationErrorCode,
    reason: RefusalReason,
    message: string,
    { payload }: ReadToken,
    verified = true,
    { claim, cause }: { readonly claim?: string; readonly cause?: unknown } = {},
  ): AuthenticationError {
    this.warnings.refused(reason, this.requirement(reason));
    const seen = seenClaims(payload, verified, claim);
    return new AuthenticationError(code, message, { reason, seen, cause });
  }

  /** The accepted values, for the operator to compare. */
  private requirement(reason: RefusalReason): string {
    if (reason === 'issuer') return ` Accepted: ${this.options.issuer}`;
    if (reason === 'azp_foreign') return ` Accepted: ${this.options.authorizedParties.join(', ')}`;
    return '';
  }
}

const notValid = 'The session token is not valid here. Get a fresh one.';

function notJwt(text: string): AuthenticationError {
  return new AuthenticationError('token_invalid', adviceForOpaque(text) ?? notValid, {
    reason: 'form',
  });
}

function parsedPart(part: string): JsonObject | null {
  return parseJsonObject(Buffer.from(part, 'base64url'));
}

/**
 * RFC 7515, 7.1: three parts of base64url. jose is laxer (white space, plain base64, spare bits in
 * the last character); here, a token has exactly one encoding. The signature does not cover its own
 * encoding: its last character must have no spare bits.
 */
const compactJws =
  /^[\w-]+\.[\w-]+\.(?=[\w-])(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;
