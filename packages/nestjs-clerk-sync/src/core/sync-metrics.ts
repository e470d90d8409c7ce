import type { DeletionOutcome, SyncResult } from './user.repository.js';

/** The source of a profile or deletion. */
export type SyncSource = 'token' | 'webhook' | 'backend_api' | 'reconcile';

/** `deferred` is counted as `stale`: the row was not written. */
export type CountedOutcome = Exclude<SyncResult['outcome'], 'deferred'> | DeletionOutcome;

/** Counts the outcomes of syncs. Called for each request, including cache hits. */
export abstract class SyncMetrics {
  abstract count(source: SyncSource, outcome: CountedOutcome): void;
}
