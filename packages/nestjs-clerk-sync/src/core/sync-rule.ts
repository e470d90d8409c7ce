import { type ComparedProfile, isComparable, maxVersionLead, type Profile } from './profile.js';

/** The part of a row that the rule compares. */
export type ComparedRow =
  | { readonly state: 'deleted' }
  | {
      readonly state: 'live';
      readonly user: unknown;
      /** Absent if `user` has the profile's fields. */
      readonly profile?: ComparedProfile;
      /** Milliseconds since the epoch. */
      readonly version: number;
      /** The exact version that last reported whether the user is banned; absent: none has. */
      readonly banVersion?: number;
      readonly revocations?: { readonly bannedAt: number | null };
    };

/**
 * What the rule decides for a profile. The first four write: `change ban` writes the ban and nothing
 * else, `advance version` the version and nothing else. The others leave the row as it is: it is
 * equal (`unchanged`), newer than the profile (`stale`), or the tombstone of a deleted user
 * (`ignored`).
 */
export type SyncDecision =
  'create' | 'update' | 'change ban' | 'advance version' | 'unchanged' | 'stale' | 'ignored';

/**
 * The sync rule. The sync statement enforces the same table atomically and is the authority for
 * writes; the cache and read-only mode ask this function whether a write is needed.
 *
 * A cached row with an older version than the stored one is safe to use if the rest is equal: at
 * worst it causes a statement that writes nothing.
 *
 * @param row what is stored; null: nothing
 * @param profile what Clerk says
 * @param now milliseconds since the epoch; a stored version over 24 h ahead of it counts as 0
 */
export function decideSync(row: ComparedRow | null, profile: Profile, now: number): SyncDecision {
  if (row === null) return 'create';
  if (row.state === 'deleted') return 'ignored';
  const { version } = profile;
  const stored = row.version > now + maxVersionLead ? 0 : row.version;
  const isSame = hasSameProfile(profileIn(row), profile);
  if ((version.at <= stored || isSame) && changesBan(row, profile, stored, now))
    return 'change ban';
  if (version.at <= stored) return isSame ? 'unchanged' : 'stale';
  if (!isSame) return 'update';
  return version.exact ? 'advance version' : 'unchanged';
}

/**
 * The ban has its own version, because a token, which carries no ban status, may advance the row's
 * version. A ban older than the row's version is obsolete: Clerk issues no token to a banned user.
 */
function changesBan(
  row: Extract<ComparedRow, { state: 'live' }>,
  { banned, version }: Profile,
  stored: number,
  now: number,
): boolean {
  if (banned === undefined || !version.exact) return false;
  const banVersion = row.banVersion ?? 0;
  const isNewer = version.at > (banVersion > now + maxVersionLead ? 0 : banVersion);
  const isBanned = (row.revocations?.bannedAt ?? null) !== null;
  return isNewer && banned !== isBanned && (!banned || version.at >= stored);
}

function profileIn({ user, profile }: Extract<ComparedRow, { state: 'live' }>): ComparedProfile {
  if (profile !== undefined) return profile;
  if (isComparable(user)) return user;
  throw new TypeError('A stored user has no profile to compare.');
}

function hasSameProfile(one: ComparedProfile, other: ComparedProfile): boolean {
  return one.email === other.email && one.name === other.name && one.imageUrl === other.imageUrl;
}
