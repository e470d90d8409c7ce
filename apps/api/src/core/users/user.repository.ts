import type { Profile } from './profile.js';
import type { User } from './user.entity.js';

/** What is stored under a Clerk id: a live user, or the tombstone of a deleted one. */
export type StoredUser =
  | {
      readonly state: 'live';
      readonly user: User;
      /** When the row's profile was true at Clerk, in milliseconds since the epoch. */
      readonly version: number;
    }
  | { readonly state: 'deleted' };

/**
 * What a sync did. `unchanged`: the row says the same. `stale`: the row is newer than the profile.
 * `deferred`: a write is due, but the database is read-only; the row is as it was. `ignored`: the user
 * is deleted and stays so.
 */
export type SyncResult =
  | {
      readonly outcome: 'created' | 'updated' | 'unchanged' | 'stale' | 'deferred';
      readonly user: User;
      /** The version that the row has now, in milliseconds since the epoch. */
      readonly version: number;
    }
  | { readonly outcome: 'ignored' };

export type DeletionOutcome = 'deleted' | 'ignored';

/**
 * Where users are kept. Every method rejects with `SyncUnavailableError` when the store cannot
 * answer, and with nothing else on purpose.
 */
export abstract class UserRepository {
  /** @returns the live user with this local id, or null */
  abstract findById(id: string): Promise<User | null>;

  /** @returns what is stored under this Clerk id, or null where nothing is */
  abstract findByClerkId(clerkId: string): Promise<StoredUser | null>;

  /**
   * Brings the stored user to the newest known profile: the sync rule (`decideSync`), enforced
   * atomically under any number of concurrent callers and processes. One row per Clerk id; an
   * unchanged profile writes nothing.
   */
  abstract sync(profile: Profile): Promise<SyncResult>;

  /**
   * Turns whatever is stored under this Clerk id, or nothing, into a tombstone without personal
   * data. Idempotent; the second time is `ignored`.
   */
  abstract markDeleted(clerkId: string): Promise<DeletionOutcome>;

  /**
   * What `findByClerkId` would resolve to, if that is in memory.
   *
   * @returns undefined if `findByClerkId` has to be asked
   */
  peekByClerkId(_clerkId: string): StoredUser | undefined {
    return undefined;
  }

  /**
   * What `sync` would resolve to, if the user is in memory and the profile writes nothing.
   *
   * @returns undefined if `sync` has to be asked
   */
  peekSync(_profile: Profile): SyncResult | undefined {
    return undefined;
  }
}
