import { maxVersionLead, toProfile, toVersion, type Profile } from '../../core/users/profile.js';
import { toMilliseconds } from './version-claim.js';

type Claims = Readonly<Record<string, unknown>>;

/**
 * Reads a person's profile out of a session token's customised claims (Clerk dashboard, *Sessions →
 * Customize session token*).
 *
 * @param clerkId whom the token is about
 * @param issuedAt the token's `iat`, in seconds since the epoch
 * @param claims the verified payload
 * @param now milliseconds since the epoch; an `updatedAt` more than 24 h ahead of it counts as absent
 * @returns the profile; null where any of email, name and image URL is absent. A present null is
 *   not absent; a claim of the wrong type is.
 */
export function profileFromClaims(
  clerkId: string,
  issuedAt: number,
  claims: Claims,
  now: number,
): Profile | null {
  const email = textClaim(claims, ['email']);
  const name = textClaim(claims, ['name', 'fullName', 'full_name']) ?? joinedName(claims);
  const imageUrl = textClaim(claims, ['imageUrl', 'image_url', 'picture']);
  if (email === undefined || name === undefined || imageUrl === undefined) return null;

  const updatedAt = [claims['updatedAt'], claims['updated_at']]
    .map(toMilliseconds)
    .find((at) => at !== null && at <= now + maxVersionLead);
  return toProfile({
    clerkId,
    email: email.value,
    name: name.value,
    imageUrl: imageUrl.value,
    version: toVersion(updatedAt ?? null, Math.trunc(issuedAt * 1000), now),
  });
}

/** A name made of two, as Clerk joins them. */
export function fullName(firstName: string | null, lastName: string | null): string | null {
  const parts = [firstName, lastName].map((part) => part?.trim() ?? '').filter(Boolean);
  return parts.length > 0 ? parts.join(' ') : null;
}

/** The first of the spellings that is there as text or null; undefined where none is. */
function textClaim(
  claims: Claims,
  spellings: readonly string[],
): { readonly value: string | null } | undefined {
  for (const spelling of spellings) {
    const value = claims[spelling];
    if (value === null || typeof value === 'string') return { value };
  }
  return undefined;
}

/** Both halves are needed: with one alone, a name that Clerk has whole would be stored in half. */
function joinedName(claims: Claims): { readonly value: string | null } | undefined {
  const first = textClaim(claims, ['firstName', 'first_name']);
  const last = textClaim(claims, ['lastName', 'last_name']);
  if (first === undefined || last === undefined) return undefined;
  return { value: fullName(first.value, last.value) };
}
