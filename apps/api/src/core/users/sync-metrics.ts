import type { DeletionOutcome, SyncResult } from './user.repository.js';

/** Where a profile, or a deletion, came from. */
export type SyncSource = 'token' | 'webhook' | 'backend_api';

/** `deferred` is counted as `stale`: the row was not written. */
export type CountedOutcome = Exclude<SyncResult['outcome'], 'deferred'> | DeletionOutcome;

/** Counts what syncs did. Called for each request, also where nothing but memory is read. */
export abstract class SyncMetrics {
  abstract count(source: SyncSource, outcome: CountedOutcome): void;
}
