import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import type { SessionRecord } from '../sessions/session-record.js';
import type { SigningKey } from './signing-key.js';

/** The category in the header of Clerk's session tokens; machine tokens have others. */
const SESSION_TOKEN_CATEGORY = 'cl_B7d4PD111AAA';
const NOT_BEFORE_SKEW_SECONDS = 10;
/** No second factor was ever verified. */
const NEVER = -1;

export interface SessionTokenInput {
  readonly key: SigningKey;
  readonly issuer: string;
  readonly session: SessionRecord;
  /** The authorised party; without one the claim is left out, as by Clerk. */
  readonly origin: string | undefined;
  /** The customised claims, at the top level. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly lifetimeSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Signs a session token of version 2, claim by claim as Clerk does. */
export function signSessionToken(input: SessionTokenInput): Promise<string> {
  const { key, issuer, session, origin, claims, lifetimeSeconds, now } = input;
  const issuedAt = Math.floor(now / 1000);
  const minutesSinceSignIn = Math.max(0, Math.floor((now - session.createdAt) / 60_000));
  return new SignJWT({
    ...claims,
    ...(origin === undefined ? {} : { azp: origin }),
    exp: issuedAt + lifetimeSeconds,
    fva: [minutesSinceSignIn, NEVER],
    iat: issuedAt,
    iss: issuer,
    jti: randomBytes(10).toString('hex'),
    nbf: issuedAt - NOT_BEFORE_SKEW_SECONDS,
    sid: session.id,
    sts: session.status,
    sub: session.userId,
    v: 2,
  })
    .setProtectedHeader({
      alg: 'RS256',
      cat: SESSION_TOKEN_CATEGORY,
      kid: key.kid,
      typ: 'JWT',
    })
    .sign(key.privateKey);
}
