import type { Profile } from './profile.js';
import type { User } from './user.entity.js';

/** What is stored under a Clerk id: a live user, or the tombstone of a deleted one. */
export type StoredUser =
  { readonly state: 'live'; readonly user: User } | { readonly state: 'deleted' };

/**
 * What a sync did. `unchanged`: the row already said the same. `stale`: the row is newer than the
 * profile. `ignored`: the user is deleted and stays so.
 */
export type SyncResult =
  | { readonly outcome: 'created' | 'updated' | 'unchanged' | 'stale'; readonly user: User }
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
   * Brings the stored user to the newest profile known: the sync rule, atomically, under any number
   * of concurrent callers and processes. One row a Clerk id; an unchanged profile writes nothing.
   */
  abstract sync(profile: Profile): Promise<SyncResult>;

  /**
   * Turns whatever is stored under this Clerk id, or nothing, into a tombstone without personal
   * data. Twice is the same as once; the second time is `ignored`.
   */
  abstract markDeleted(clerkId: string): Promise<DeletionOutcome>;

  /**
   * What `findByClerkId` would resolve to, where that is known at once.
   *
   * @returns undefined where `findByClerkId` has to be asked
   */
  recallByClerkId(_clerkId: string): StoredUser | undefined {
    return undefined;
  }

  /**
   * What `sync` would resolve to, where that is known at once: nothing is written.
   *
   * @returns undefined where `sync` has to be asked
   */
  recallSync(_profile: Profile): SyncResult | undefined {
    return undefined;
  }
}
