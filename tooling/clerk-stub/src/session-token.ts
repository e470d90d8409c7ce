import { randomBytes, sign } from 'node:crypto';
import type { SigningKey } from './signing-key.js';

/** A claim that is `undefined` is omitted. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * The claims of a session token, version 2, without customized claims.
 *
 * @param clerkId the `sub`
 * @param issuedAt seconds since the epoch
 */
export function sessionClaims(
  clerkId: string,
  {
    iss,
    azp,
    issuedAt = Math.floor(Date.now() / 1_000),
    lifetimeSeconds = 60,
  }: {
    readonly iss: string;
    readonly azp: string;
    readonly issuedAt?: number;
    readonly lifetimeSeconds?: number;
  },
): Claims {
  return {
    azp,
    exp: issuedAt + lifetimeSeconds,
    fva: [0, -1],
    iat: issuedAt,
    iss,
    jti: randomBytes(10).toString('hex'),
    nbf: issuedAt - 10,
    sid: `sess_${clerkId.slice(5)}`,
    sts: 'active',
    sub: clerkId,
    v: 2,
  };
}

/**
 * Signs claims as Clerk signs session tokens (RS256). Nothing is validated, so that tests can forge.
 *
 * @param header overrides of Clerk's header
 */
export function signToken(key: SigningKey, claims: Claims, header: Claims = {}): string {
  const complete = { alg: 'RS256', cat: 'cl_B7d4PD111AAA', kid: key.kid, typ: 'JWT', ...header };
  const input = `${encode(complete)}.${encode(claims)}`;
  return `${input}.${sign('RSA-SHA256', Buffer.from(input), key.keyObject).toString('base64url')}`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
