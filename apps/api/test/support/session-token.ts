import {
  instanceHost,
  issuer,
  sessionClaims,
  signToken,
  webOrigin,
  type Claims,
  type Person,
  type SigningKey,
} from '@populatte/clerk-stub';

export { instanceHost, webOrigin, type Claims };

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
  const right = sessionClaims(clerkId, { iss: issuer, azp: webOrigin });
  return Promise.resolve(signToken(key, { ...right, ...claims }, header));
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
