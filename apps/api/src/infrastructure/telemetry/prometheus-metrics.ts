import { Counter, Registry } from 'prom-client';
import { type CountedOutcome, SyncMetrics, type SyncSource } from '@populatte/nestjs-clerk-sync';

/** Counts in plain numbers, since a labelled counter builds a key per call; collected when scraped. */
export class PrometheusMetrics extends SyncMetrics {
  /** Prometheus's media type for its text format. */
  readonly contentType: string;

  private readonly registry = new Registry();
  private readonly syncs: Record<SyncSource, Partial<Record<CountedOutcome, number>>> = {
    token: {},
    webhook: {},
    backend_api: {},
    reconcile: {},
  };

  constructor() {
    super();
    this.contentType = this.registry.contentType;
    const { syncs } = this;
    new Counter({
      name: 'user_sync_total',
      help: 'Profiles and deletions that were applied to local users, by source and outcome.',
      labelNames: ['source', 'outcome'],
      registers: [this.registry],
      collect(): void {
        this.reset();
        for (const [source, outcomes] of Object.entries(syncs)) {
          for (const [outcome, count] of Object.entries(outcomes)) {
            this.inc({ source, outcome }, count);
          }
        }
      },
    });
  }

  override count(source: SyncSource, outcome: CountedOutcome): void {
    const outcomes = this.syncs[source];
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }

  /** @returns all metrics in Prometheus's text format */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
