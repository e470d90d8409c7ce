/**
 * NUL, which PostgreSQL's text cannot hold, and surrogates without their other half, which UTF-8
 * cannot.
 */
// eslint-disable-next-line no-control-regex -- NUL is the character to remove
const unstorable = /\u0000|\p{Surrogate}/gu;

/** Matches NUL and every surrogate, even one in a valid pair. Omitting the flag u makes it fast. */
// eslint-disable-next-line no-control-regex -- NUL is the character to find
const suspicious = /[\u0000\ud800-\udfff]/;

/**
 * Makes external text storable and limits its length.
 *
 * @param text any text from a user or from Clerk
 * @param maxLength in UTF-16 code units; a surrogate pair is never cut in two
 * @returns the text without NUL and lone surrogates, trimmed; null if nothing remains, so that
 *   an empty claim equals an absent name
 */
export function normalizeText(text: string | null, maxLength: number): string | null {
  if (text === null) return null;
  if (text.length <= maxLength && !suspicious.test(text)) return text.trim() || null;
  const storable = text.replace(unstorable, '').trim();
  const bounded = storable.slice(0, maxLength).replace(unstorable, '').trimEnd();
  return bounded === '' ? null : bounded;
}

/** Maximum length of a Clerk id; real ones have 32 characters. It must fit into an index entry. */
const maxLength = 255;

/** Printable ASCII. Clerk's ids are `user_` followed by letters and digits. */
const pattern = /^[\x21-\x7e]+$/;

/** @returns whether the text can be a Clerk id: 1 to 255 printable ASCII characters */
export function isClerkId(text: string): boolean {
  return text.length <= maxLength && pattern.test(text);
}

/** Maximum lengths of stored values, in UTF-16 code units; longer values are truncated. */
export const profileLimits = { email: 320, name: 512, imageUrl: 2048 } as const;

/**
 * How far a version may be ahead of the clock, in milliseconds. Clocks differ, but a version a day
 * ahead is wrong, and would make every later profile look old.
 */
export const maxVersionLead = 24 * 60 * 60 * 1000;

/**
 * When a profile was true at Clerk. `exact` distinguishes a real `updated_at` from a token's time
 * of issue, which advances with every token even if nothing changed.
 */
export interface ProfileVersion {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly exact: boolean;
}

/**
 * @param at milliseconds since the epoch at which Clerk says that the profile was changed; null:
 *   unknown
 * @param otherwise the inexact version in its place, if it is missing or cannot be true
 * @param now milliseconds since the epoch, by this machine's clock
 */
export function toVersion(at: number | null, otherwise: number, now: number): ProfileVersion {
  const latest = now + maxVersionLead;
  if (at !== null && at <= latest) return { at, exact: true };
  return { at: otherwise <= latest ? otherwise : 0, exact: false };
}

/** The part of a profile that decides whether a row differs. */
export type ComparedProfile = Pick<Profile, 'email' | 'name' | 'imageUrl'>;

/** Clerk's data about a user, at a version. */
export interface Profile {
  readonly clerkId: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly imageUrl: string | null;
  /** Whether Clerk has banned the user. Absent if the source does not say, as with tokens. */
  readonly banned?: boolean;
  /**
   * The impersonator whose token carried the profile; recorded with the change. Absent without
   * impersonation.
   */
  readonly actor?: string;
  readonly version: ProfileVersion;
}

/** @returns whether two profiles say the same, so that one sync serves both */
export function isSameProfile(one: Profile, other: Profile): boolean {
  return (
    one.clerkId === other.clerkId &&
    one.email === other.email &&
    one.name === other.name &&
    one.imageUrl === other.imageUrl &&
    one.banned === other.banned &&
    one.actor === other.actor &&
    one.version.at === other.version.at &&
    one.version.exact === other.version.exact
  );
}

/**
 * Normalises an external profile. Every source (tokens, webhooks, the Backend API) goes through this
 * function, so that the same user yields the same profile everywhere.
 *
 * @param raw the values as they arrived
 * @returns the profile with storable text of limited length
 */
export function toProfile(raw: Profile): Profile {
  const profile = {
    clerkId: raw.clerkId,
    email: normalizeText(raw.email, profileLimits.email),
    name: normalizeText(raw.name, profileLimits.name),
    imageUrl: normalizeText(raw.imageUrl, profileLimits.imageUrl),
    version: raw.version,
  };
  if (raw.banned === undefined && raw.actor === undefined) return profile;
  return {
    ...profile,
    // Without an exact version it could not be ordered against other reports of the ban.
    ...(raw.banned !== undefined && raw.version.exact && { banned: raw.banned }),
    ...(raw.actor !== undefined && { actor: raw.actor }),
  };
}

/** @returns whether the application's user has the fields of its profile */
export function isComparable(user: unknown): user is ComparedProfile {
  return (
    typeof user === 'object' &&
    user !== null &&
    'email' in user &&
    'name' in user &&
    'imageUrl' in user
  );
}
