import { CompactSign } from 'jose';
import type { Person } from './people.js';
import type { SigningKey } from './signing-key.js';

/** The tests' Clerk instance: nothing answers at this host, and nothing may ask there. */
export const instanceHost = 'e2e-tests.clerk.accounts.dev';
export const webOrigin = 'http://localhost:3000';

export type Claims = Readonly<Record<string, unknown>>;

export interface TokenOptions {
  /** On top of a right payload; `undefined` takes a claim away. */
  readonly claims?: Claims;
  /** On top of a right header. */
  readonly header?: Claims;
}

/** @returns the claims of a person's profile, as Populatte asks them to be customised */
export function profileClaims({ email, name, imageUrl }: Person): Claims {
  return { email, name, imageUrl };
}

/** Seconds since the epoch. */
export function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/**
 * Signs a session token as Clerk does (version 2), without customised claims; anything about it
 * can be made wrong.
 *
 * @param clerkId the `sub`
 */
export function aSessionToken(
  key: SigningKey,
  clerkId: string,
  { claims = {}, header = {} }: TokenOptions = {},
): Promise<string> {
  const issuedAt = nowInSeconds();
  const payload = {
    azp: webOrigin,
    exp: issuedAt + 60,
    iat: issuedAt,
    iss: `https://${instanceHost}`,
    nbf: issuedAt - 10,
    sid: 'sess_e2e',
    sts: 'active',
    sub: clerkId,
    v: 2,
    ...claims,
  };
  return new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({
      alg: 'RS256',
      cat: 'cl_B7d4PD111AAA',
      kid: key.kid,
      typ: 'JWT',
      ...header,
    })
    .sign(key.privateKey);
}

/** The token of a person whose profile it carries. */
export function aProfileToken(
  key: SigningKey,
  person: Person,
  { claims, header }: TokenOptions = {},
): Promise<string> {
  return aSessionToken(key, person.clerkId, {
    claims: { ...profileClaims(person), ...claims },
    header: header ?? {},
  });
}
