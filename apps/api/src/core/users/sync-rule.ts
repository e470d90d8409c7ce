import { maxVersionLead, type Profile } from './profile.js';

/** The part of a row that the rule compares. */
export type ComparedRow =
  | { readonly state: 'deleted' }
  | {
      readonly state: 'live';
      readonly user: Pick<Profile, 'email' | 'name' | 'imageUrl'>;
      /** Milliseconds since the epoch. */
      readonly version: number;
    };

/**
 * What the rule decides for a profile. The first three write: `advance version` writes the version and
 * nothing else. The others leave the row as it is: it is equal (`unchanged`), newer than the profile
 * (`stale`), or the tombstone of a deleted user (`ignored`).
 */
export type SyncDecision =
  'create' | 'update' | 'advance version' | 'unchanged' | 'stale' | 'ignored';

/**
 * The sync rule. The sync statement enforces the same table atomically and is the authority for writes;
 * the cache and read-only mode ask this function whether a write is due.
 *
 * A cached row with an older version than the stored one is safe to use if the rest is equal: at worst
 * it makes a write look due, which the statement then skips.
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
  const isSame = hasSameProfile(row.user, profile);
  if (version.at <= stored) return isSame ? 'unchanged' : 'stale';
  if (!isSame) return 'update';
  return version.exact ? 'advance version' : 'unchanged';
}

function hasSameProfile(
  one: Pick<Profile, 'email' | 'name' | 'imageUrl'>,
  other: Pick<Profile, 'email' | 'name' | 'imageUrl'>,
): boolean {
  return one.email === other.email && one.name === other.name && one.imageUrl === other.imageUrl;
}
