import type { ClerkInstance, ListCursor } from './clerk-users.js';

/** Options of a run. */
export interface ReconcileOptions {
  /** Compares, but writes nothing. */
  readonly dryRun?: boolean;
  /** Deletes local users that Clerk does not have. */
  readonly deleteMissing?: boolean;
  /**
   * Maximum number of users to delete; if more are missing, none is deleted. Default: 1 % of the
   * live users, at least 1.
   */
  readonly maxDeletions?: number;
  /** Applies only profiles that changed at or after it, in milliseconds since the epoch. */
  readonly since?: number;
  /** Starts from the beginning instead of resuming an interrupted run. */
  readonly restart?: boolean;
}

/** Counts so far. */
export interface ReconcileCounts {
  /** Users that Clerk listed. */
  readonly scanned: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** The local row is newer than Clerk's list, or the tombstone of a deleted user. */
  readonly stale: number;
  /** Live local users that Clerk does not have. */
  readonly missing: number;
  readonly deleted: number;
  /** Missing users whose deletion a safeguard prevented. */
  readonly heldBack: number;
}

export const noCounts: ReconcileCounts = {
  scanned: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  stale: 0,
  missing: 0,
  deleted: 0,
  heldBack: 0,
};

/**
 * Why deletions were held back. `other instance`: the data belongs to a different Clerk instance.
 * `unproven instance`: no run has recorded the instance, and Clerk has none of the local users.
 */
export type HoldReason =
  'other instance' | 'unproven instance' | 'empty listing' | 'short listing' | 'too many';

/** The result of a run. */
export interface ReconcileResult extends ReconcileCounts {
  /** Null if nothing was held back. */
  readonly heldBackBecause: HoldReason | null;
  /** Whether the users belong to a different Clerk instance than the secret key. */
  readonly isOtherInstance: boolean;
  /** Users that Clerk counted but did not list. */
  readonly notListed: number;
  /** Requests to Clerk, including those before an interruption. */
  readonly requests: number;
  /** Working time of this process, in milliseconds. */
  readonly durationMs: number;
  /** Whether the run continued an interrupted one. */
  readonly resumed: boolean;
  /** Whether another process did the work while this one waited. */
  readonly shared: boolean;
}

/** The position of a run. */
export type Position =
  | {
      readonly phase: 'listing';
      readonly cursor: ListCursor;
      readonly lastCreatedAt: number | null;
    }
  | {
      readonly phase: 'missing';
      /** The last local user that was checked. */
      readonly after: string | null;
      /** Local users that Clerk's list lacks. */
      readonly candidates: readonly string[];
      readonly isComplete: boolean;
    };

/** The stored state of a run that is not finished. */
export interface Run {
  readonly instance: ClerkInstance;
  /** By the database's clock, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Live local users when the run began. */
  readonly liveUsers: number;
  /** Users that Clerk counted when the run began. */
  readonly clerkUsers: number;
  /** Whether Clerk listed a user that had a row before. */
  readonly overlaps: boolean;
  readonly position: Position;
  readonly counts: ReconcileCounts;
  /** Requests of earlier processes of this run. */
  readonly requests: number;
}

/** A run that has applied all of Clerk's list. */
export type ListedRun = Run & { readonly position: Extract<Position, { phase: 'missing' }> };

/** What a run reports while it works. */
export interface ReconcileProgress {
  readonly phase: 'waiting' | 'listing' | 'missing' | 'confirming' | 'deleting';
  readonly done: number;
  /** Null if unknown. */
  readonly total: number | null;
  readonly counts: ReconcileCounts;
  /** Where the run resumed; null if it started from the beginning. */
  readonly resumedAt: number | null;
}

/** The outcome of a run, for processes that waited for it. */
export interface FinishedRun {
  /** The number of runs that had finished before. */
  readonly number: number;
  readonly options: ReconcileOptions;
  readonly result: ReconcileResult;
}

/** What a process receives with the lease. */
export interface AcquiredLease {
  /** The interrupted run, if there is one. */
  readonly run: Run | null;
  /** The last run that finished. */
  readonly finished: FinishedRun | null;
  /** The database's clock, in milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The stored state of reconciliation: a lease that lets one process work at a time, the position of
 * the run, and the Clerk instance that the users belong to.
 */
export abstract class ReconciliationStore {
  /** How often to renew a lease, in milliseconds. */
  abstract readonly renewEveryMs: number;

  /** @returns the Clerk instance that the users belong to, or null before the first use */
  abstract instance(): Promise<ClerkInstance | null>;

  abstract recordInstance(instance: ClerkInstance): Promise<void>;

  /** @returns the database's clock, in milliseconds since the epoch */
  abstract now(): Promise<number>;

  /** @returns null while another process holds the lease */
  abstract acquire(owner: string): Promise<AcquiredLease | null>;

  /** @returns the number of the last run that finished; 0 before the first one */
  abstract finishedRuns(): Promise<number>;

  /** Renews the lease, and stores the run if there is one. @returns false if the lease is lost */
  abstract save(owner: string, run?: Run): Promise<boolean>;

  /**
   * Records the result, and releases the lease.
   *
   * @param interrupted a run that the next process resumes; null: none
   */
  abstract finish(
    owner: string,
    options: ReconcileOptions,
    result: ReconcileResult,
    interrupted: Run | null,
  ): Promise<void>;

  /** Releases the lease; the next process resumes the run. */
  abstract release(owner: string): Promise<void>;
}
