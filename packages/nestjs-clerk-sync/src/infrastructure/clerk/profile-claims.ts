import { maxVersionLead, type Profile, toProfile, toVersion } from '../../core/profile.js';

/** Numbers below this are seconds (until the year 5138), others milliseconds (since 1973). */
const firstMillisecondValue = 1e11;

/** The last instant that ECMAScript's Date can hold, in milliseconds. */
export const lastInstant = 8.64e15;

const isoDateTime =
  /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:[Zz]|[+-]\d{2}(?::?\d{2})?)?)?$/;

/**
 * Go's default format for times: `2006-01-02 15:04:05.999 +0000 UTC`, sometimes with a monotonic
 * reading.
 */
const goDateTime =
  /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?) ([+-]\d{2}):?(\d{2})(?: [A-Za-z0-9+-]+)?(?: m=[+-][\d.]+)?$/;

/**
 * Parses the time at which a user was last changed at Clerk.
 *
 * @param value seconds or milliseconds since the epoch, ISO 8601, or Go's default format
 * @returns whole milliseconds since the epoch, or null for anything else
 */
export function toMilliseconds(value: unknown): number | null {
  if (typeof value === 'number')
    return bounded(value < firstMillisecondValue ? value * 1000 : value);
  if (typeof value === 'string') return fromText(value.trim());
  return null;
}

function fromText(text: string): number | null {
  const go = goDateTime.exec(text);
  if (go !== null) {
    const [, date = '', time = '', hours = '', minutes = ''] = go;
    return bounded(Date.parse(`${date}T${time}${hours}:${minutes}`));
  }
  if (!isoDateTime.test(text)) return null;
  // ECMAScript parses a time without a zone as local; Clerk's times are UTC. It requires the
  // minutes of an offset.
  const [zone] = /[Zz]$|[+-]\d{2}(?::?\d{2})?$/.exec(text.slice(10)) ?? [];
  const rest = text.length === 10 ? '' : zone === undefined ? 'Z' : zone.length === 3 ? ':00' : '';
  return bounded(Date.parse(`${text.replace(' ', 'T').replace(',', '.')}${rest}`));
}

function bounded(milliseconds: number): number | null {
  const whole = Math.trunc(milliseconds);
  return whole > 0 && whole <= lastInstant ? whole : null;
}

type Claims = Readonly<Record<string, unknown>>;

/**
 * Reads a user's profile from a session token's customised claims (Clerk dashboard, *Sessions →
 * Customize session token*).
 *
 * @param clerkId the token's subject
 * @param issuedAt the token's `iat`, in seconds since the epoch
 * @param claims the verified payload
 * @param now milliseconds since the epoch; an `updatedAt` more than 24 h ahead of it counts as absent
 * @returns the profile; null if email, name or image URL is absent. A present null is
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

/** Joins first and last name as Clerk does. */
export function fullName(firstName: string | null, lastName: string | null): string | null {
  const parts = [firstName, lastName].map((part) => part?.trim() ?? '').filter(Boolean);
  return parts.length > 0 ? parts.join(' ') : null;
}

/** @returns the value of the first spelling that is text or null; undefined if there is none */
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

/** Requires both parts; otherwise only half of the user's name would be stored. */
function joinedName(claims: Claims): { readonly value: string | null } | undefined {
  const first = textClaim(claims, ['firstName', 'first_name']);
  const last = textClaim(claims, ['lastName', 'last_name']);
  if (first === undefined || last === undefined) return undefined;
  return { value: fullName(first.value, last.value) };
}
