import {
  instanceHost,
  issuer,
  sessionClaims,
  signToken,
  webOrigin,
  type Claims,
  type ClerkUser,
  type SigningKey,
} from '@populatte/clerk-stub';

export { instanceHost, webOrigin, type Claims };

export interface TokenOptions {
  /** Overrides claims of a valid payload; `undefined` removes a claim. */
  readonly claims?: Claims;
  /** Overrides members of a valid header. */
  readonly header?: Claims;
}

/** @returns the claims of a user's profile, in the customisation that Populatte asks for */
function profileClaims({ email, name, imageUrl }: ClerkUser): Claims {
  return { email, name, imageUrl };
}

/** Seconds since the epoch. */
export function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/**
 * Signs a session token as Clerk does (version 2), without customised claims; tests can invalidate
 * any part.
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

/** Signs a token that carries the user's profile. */
export function aProfileToken(
  key: SigningKey,
  clerkUser: ClerkUser,
  { claims, header }: TokenOptions = {},
): Promise<string> {
  return aSessionToken(key, clerkUser.clerkId, {
    claims: { ...profileClaims(clerkUser), ...claims },
    header: header ?? {},
  });
}
