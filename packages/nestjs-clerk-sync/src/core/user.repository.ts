import type { ComparedProfile, Profile } from './profile.js';
import type { Revocations } from './revocations.js';
import type { SyncSource } from './sync-metrics.js';
import type { User } from './user.entity.js';

/** The stored state of a Clerk id: a live user, or the tombstone of a deleted one. */
export type StoredUser<Entity = User> =
  | {
      readonly state: 'live';
      readonly user: Entity;
      /** The profile as stored; absent if `user` has its fields. */
      readonly profile?: ComparedProfile;
      /** When the row's profile was true at Clerk, in milliseconds since the epoch. */
      readonly version: number;
      /** The exact version that last reported whether the user is banned; absent: none has. */
      readonly banVersion?: number;
      /** Absent if nothing refuses the user's tokens. */
      readonly revocations?: Revocations;
    }
  | { readonly state: 'deleted' };

/** The members that few stored users have. */
type RareMembers = Pick<
  Extract<StoredUser, { state: 'live' }>,
  'profile' | 'banVersion' | 'revocations'
>;

/**
 * For rows without rare members, which are nearly all, the caller creates an object by a literal
 * alone. For one that a spread creates, V8 makes a separate hidden class, which takes 270 bytes and
 * slows every access to it.
 *
 * @returns the rare members that the row has; undefined if it has none
 */
export function rareMembersOf({
  profile,
  banVersion,
  revocations,
}: RareMembers): RareMembers | undefined {
  if (profile === undefined && banVersion === undefined && revocations === undefined)
    return undefined;
  return {
    ...(profile !== undefined && { profile }),
    ...(banVersion !== undefined && { banVersion }),
    ...(revocations !== undefined && { revocations }),
  };
}

/** The source of a write, as the journal records it; `sql`: a statement without a source. */
export type EventSource = SyncSource | 'sql';

/**
 * The result of a sync. `unchanged`: the row is equal. `stale`: the row is newer than the profile.
 * `deferred`: a write is needed, but the database is read-only; the row is as it was. `ignored`:
 * the user is deleted and stays deleted.
 */
export type SyncResult<Entity = User> =
  | {
      readonly outcome: 'created' | 'updated' | 'unchanged' | 'stale' | 'deferred';
      readonly user: Entity;
      /** As in `StoredUser`. */
      readonly profile?: ComparedProfile;
      /** The version that the row has now, in milliseconds since the epoch. */
      readonly version: number;
      /** As in `StoredUser`. */
      readonly banVersion?: number;
      readonly revocations?: Revocations;
    }
  | { readonly outcome: 'ignored' };

/** @returns the result of a sync that found or wrote this row */
export function resultOf<Entity>(
  row: Extract<StoredUser<Entity>, { state: 'live' }>,
  outcome: Exclude<SyncResult['outcome'], 'ignored'>,
): SyncResult<Entity> {
  const { user, version } = row;
  const rare = rareMembersOf(row);
  return rare === undefined ? { outcome, user, version } : { outcome, user, version, ...rare };
}

/** @returns the result of syncing the same profile again, for callers that share a sync */
export function repeated<Entity>(result: SyncResult<Entity>): SyncResult<Entity> {
  return result.outcome === 'created' || result.outcome === 'updated'
    ? { ...result, outcome: 'unchanged' }
    : result;
}

/** The result of a deletion. `ignored`: the user was deleted before. */
export type DeletionOutcome = 'deleted' | 'ignored';

/**
 * Stores users. `Entity` is the application's user. Every method rejects with
 * `SyncUnavailableError` if the store is unavailable; any other rejection is a bug.
 */
export abstract class UserRepository<Entity = User> {
  /** @returns the live user with this local id, or null */
  abstract findById(id: string): Promise<Entity | null>;

  /** @returns the stored user or tombstone, or null if there is no row */
  abstract findByClerkId(clerkId: string): Promise<StoredUser<Entity> | null>;

  /**
   * Updates the stored user to the newest known profile: the sync rule (`decideSync`), enforced
   * atomically under any number of concurrent callers and processes. One row per Clerk id; an
   * unchanged profile writes nothing. The outcome describes the profile; a change of the ban alone
   * is also written.
   *
   * @param source recorded in the journal; default: `sql`
   */
  abstract sync(profile: Profile, source?: EventSource): Promise<SyncResult<Entity>>;

  /**
   * Replaces the user by a tombstone without personal data; also creates one if there is no row.
   * Idempotent: the second call returns `ignored`.
   *
   * @param source recorded in the journal; default: `sql`
   */
  abstract markDeleted(clerkId: string, source?: EventSource): Promise<DeletionOutcome>;

  /**
   * Restores a deleted user with this profile and the same local id.
   *
   * @param source recorded in the journal; default: `sql`
   * @returns false if the user has no tombstone
   */
  abstract restore(profile: Profile, source?: EventSource): Promise<boolean>;

  /** Adds the session to the user's `revocations` for 24 hours. Idempotent. */
  abstract endSession(clerkId: string, sessionId: string): Promise<void>;
}
