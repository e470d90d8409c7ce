import {
  SyncMetrics,
  type AuthenticationOutcome,
  type CountedOutcome,
  type CountedWebhook,
  type CountedWebhookOutcome,
  type SyncSource,
} from '../../src/core/sync-metrics.js';

/** The counted syncs, as `source outcome`. */
export class RecordedSyncMetrics extends SyncMetrics {
  readonly counted: string[] = [];
  /** The counted webhooks, as `type outcome lag`. */
  readonly webhooks: string[] = [];
  /** The counted lookups, as `cache result`. */
  readonly lookups: string[] = [];
  /** As `outcome`. */
  readonly authentications: string[] = [];
  /** The durations of authentications, in milliseconds. */
  readonly durations: number[] = [];
  /** The counted drift, as `source kind`. */
  readonly drift: string[] = [];

  override count(source: SyncSource, outcome: CountedOutcome): void {
    this.counted.push(`${source} ${outcome}`);
  }

  override webhookReceived(
    type: CountedWebhook,
    outcome: CountedWebhookOutcome,
    lagMs: number | null,
  ): void {
    this.webhooks.push(`${type} ${outcome} ${lagMs}`);
  }

  override cacheRequested(cache: 'token' | 'row', result: 'hit' | 'miss'): void {
    this.lookups.push(`${cache} ${result}`);
  }

  override authenticated(outcome: AuthenticationOutcome, durationMs: number): void {
    this.authentications.push(outcome);
    this.durations.push(durationMs);
  }

  override driftRepaired(source: SyncSource, kind: 'created' | 'updated' | 'deleted'): void {
    this.drift.push(`${source} ${kind}`);
  }
}
