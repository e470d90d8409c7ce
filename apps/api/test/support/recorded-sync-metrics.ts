import {
  SyncMetrics,
  type CountedOutcome,
  type SyncSource,
} from '@populatte/nestjs-clerk-sync/src/core/sync-metrics.js';

/** Remembers what was counted, as `source outcome`. */
export class RecordedSyncMetrics extends SyncMetrics {
  readonly counted: string[] = [];

  override count(source: SyncSource, outcome: CountedOutcome): void {
    this.counted.push(`${source} ${outcome}`);
  }
}
