import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { type CountedOutcome, SyncMetrics, type SyncSource } from '@populatte/nestjs-clerk-sync';

/** The part of a connection pool that is measured. */
export interface PoolState {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** Counts in plain numbers, since a labelled counter builds a key per call; collected when scraped. */
export class PrometheusMetrics extends SyncMetrics {
  /** Prometheus's media type for its text format. */
  readonly contentType: string;

  readonly registry = new Registry();
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

  /** Adds the release, and Node’s own metrics with the delay of the event loop. */
  addProcess(version: string): void {
    new Gauge({
      name: 'build_info',
      help: 'Always 1; the labels name the release and the version of Node.',
      labelNames: ['version', 'node'],
      registers: [this.registry],
    }).set({ version, node: process.version }, 1);
    collectDefaultMetrics({ register: this.registry });
  }

  /** Adds the connections of a pool. */
  addPool(pool: PoolState): void {
    new Gauge({
      name: 'db_pool_connections',
      help: 'Database connections of the pool: idle, used, and requests that wait for one.',
      labelNames: ['state'],
      registers: [this.registry],
      collect(): void {
        this.set({ state: 'idle' }, pool.idleCount);
        this.set({ state: 'used' }, pool.totalCount - pool.idleCount);
        this.set({ state: 'waiting' }, pool.waitingCount);
      },
    });
  }

  /** Adds whether notifications of changed users are proved to arrive. */
  addChanges(changes: { readonly live: boolean }): void {
    new Gauge({
      name: 'user_changes_connected',
      help: '1 while notifications of changed users are proved to arrive, else 0.',
      registers: [this.registry],
      collect(): void {
        this.set(changes.live ? 1 : 0);
      },
    });
  }

  /** @returns all metrics in Prometheus's text format */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
