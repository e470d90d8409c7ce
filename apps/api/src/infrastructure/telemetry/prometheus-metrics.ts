import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import {
  type AuthenticationOutcome,
  type CacheOutcome,
  type CountedOutcome,
  type CountedWebhook,
  type CountedWebhookOutcome,
  SyncMetrics,
  type SyncSource,
} from '@populatte/nestjs-clerk-sync';
import { FastHistogram, requestBuckets, type Series } from './fast-histogram.js';

/** The part of a connection pool that is measured. */
export interface PoolState {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** In seconds: from a cache hit, which takes microseconds, to the deadline of a request. */
const authenticationBuckets = [0.00001, 0.0001, ...requestBuckets];

/** In seconds: from a timely webhook to svix's last attempt after 27.6 h. */
const lagBuckets = [1, 2, 5, 15, 60, 300, 1_800, 7_200, 43_200, 86_400, 172_800];

const webhookTypes: readonly CountedWebhook[] = [
  'user.created',
  'user.updated',
  'user.deleted',
  'session.ended',
  'session.removed',
  'session.revoked',
  'other',
  'unknown',
];

/**
 * Counts in plain numbers, because a labelled counter builds a key per call. A scrape copies them
 * to the counters.
 */
export class PrometheusMetrics extends SyncMetrics {
  /** Prometheus's media type for its text format. */
  readonly contentType: string;

  readonly registry = new Registry();
  private readonly syncs: Record<SyncSource, Partial<Record<CountedOutcome, number>>> = {
    // The alert about missing webhooks watches these; see `startAtZero`.
    token: { created: 0, updated: 0 },
    webhook: {},
    backend_api: { created: 0, updated: 0 },
    reconcile: {},
  };
  private readonly caches = { token: { hit: 0, miss: 0 }, row: { hit: 0, miss: 0 } };
  /** Requests that were authenticated from the caches; the other counts do not contain them. */
  private readonly fromCache: Record<CacheOutcome, number> = { unchanged: 0, stale: 0 };
  private readonly authentications: FastHistogram<'outcome'>;
  private readonly authenticationsBy: Partial<Record<AuthenticationOutcome, Series<'outcome'>>> =
    {};
  private readonly syncDurations: Series<never>;
  private readonly webhookLags: Series<never>;
  private readonly webhooks: Counter<'type' | 'outcome'>;
  private readonly keyFetches: Counter<'result'>;
  /** By the monotonic clock, in milliseconds. */
  private keysLoadedAt: number | undefined;
  private readonly drift: Counter<'source' | 'kind'>;
  private readonly handlerFailures: Counter<'handler'>;

  constructor() {
    super();
    const { syncs, caches, fromCache, registry } = this;
    this.contentType = registry.contentType;
    new Counter({
      name: 'user_sync_total',
      help: 'Profiles and deletions that were applied to local users, by source and outcome.',
      labelNames: ['source', 'outcome'],
      registers: [registry],
      collect(): void {
        this.reset();
        for (const [source, outcomes] of Object.entries(syncs)) {
          for (const [outcome, count] of Object.entries(outcomes)) {
            this.inc({ source, outcome }, count);
          }
        }
        for (const [outcome, count] of Object.entries(fromCache)) {
          if (count > 0) this.inc({ source: 'token', outcome }, count);
        }
      },
    });
    new Counter({
      name: 'user_cache_requests_total',
      help: 'Lookups in the caches of verified tokens and of rows, by result.',
      labelNames: ['cache', 'result'],
      registers: [registry],
      collect(): void {
        this.reset();
        for (const [cache, results] of Object.entries(caches)) {
          for (const [result, count] of Object.entries(results)) this.inc({ cache, result }, count);
          this.inc({ cache, result: 'hit' }, fromCache.unchanged + fromCache.stale);
        }
      },
    });
    this.authentications = new FastHistogram({
      name: 'clerk_auth_duration_seconds',
      help: 'Time to authenticate a request and sync its user, by outcome of the sync or error code.',
      labelNames: ['outcome'],
      buckets: authenticationBuckets,
      registry,
    });
    this.syncDurations = new FastHistogram({
      name: 'user_sync_duration_seconds',
      help: 'Time to sync a user in the database, including the wait for earlier syncs of the user. Without cache hits.',
      labelNames: [],
      buckets: requestBuckets,
      registry,
    }).with({});
    this.webhookLags = new FastHistogram({
      name: 'clerk_webhook_lag_seconds',
      help: 'Time from an event at Clerk to the arrival of its webhook.',
      labelNames: [],
      buckets: lagBuckets,
      registry,
    }).with({});
    this.webhooks = new Counter({
      name: 'clerk_webhooks_total',
      help: 'Webhooks that arrived, by type and outcome. invalid: not authentic or cannot be parsed; failed: Clerk redelivers it.',
      labelNames: ['type', 'outcome'],
      registers: [registry],
    });
    this.keyFetches = new Counter({
      name: 'clerk_jwks_fetches_total',
      help: 'Loads of Clerk’s signing keys, by result. None with CLERK_JWT_KEY.',
      labelNames: ['result'],
      registers: [registry],
    });
    this.drift = new Counter({
      name: 'user_drift_repaired_total',
      help: 'Changes over 15 s old that no webhook had delivered, by the source that repaired them.',
      labelNames: ['source', 'kind'],
      registers: [registry],
    });
    this.handlerFailures = new Counter({
      name: 'user_event_handler_failures_total',
      help: 'Failures of user event handlers; a failed event is redelivered.',
      labelNames: ['handler'],
      registers: [registry],
    });
    this.addKeysAge();
    this.startAtZero();
  }

  /** Prometheus sees no increase of a counter that appears with its first failure. */
  private startAtZero(): void {
    for (const result of ['success', 'failure']) this.keyFetches.inc({ result }, 0);
    this.webhooks.inc({ type: 'unknown', outcome: 'invalid' }, 0);
    for (const type of webhookTypes) this.webhooks.inc({ type, outcome: 'failed' }, 0);
    for (const source of ['token', 'backend_api', 'reconcile']) {
      for (const kind of ['created', 'updated']) this.drift.inc({ source, kind }, 0);
    }
    this.drift.inc({ source: 'reconcile', kind: 'deleted' }, 0);
  }

  override count(source: SyncSource, outcome: CountedOutcome): void {
    const outcomes = this.syncs[source];
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }

  override authenticated(outcome: AuthenticationOutcome, durationMs: number): void {
    const series = (this.authenticationsBy[outcome] ??= this.authentications.with({ outcome }));
    series.observe(durationMs / 1000);
  }

  /** Names the members, because V8 looks up computed names of several outcomes more slowly. */
  override authenticatedFromCache(outcome: CacheOutcome, durationMs: number): void {
    const { fromCache, authenticationsBy } = this;
    if (outcome === 'unchanged') fromCache.unchanged += 1;
    else fromCache.stale += 1;
    const series = outcome === 'unchanged' ? authenticationsBy.unchanged : authenticationsBy.stale;
    if (series === undefined) this.authenticated(outcome, durationMs);
    else series.observe(durationMs / 1000);
  }

  override cacheRequested(cache: 'token' | 'row', result: 'hit' | 'miss'): void {
    this.caches[cache][result] += 1;
  }

  override synced(durationMs: number): void {
    this.syncDurations.observe(durationMs / 1000);
  }

  override keysFetched(result: 'success' | 'failure'): void {
    this.keyFetches.inc({ result });
    if (result === 'success') this.keysLoadedAt = performance.now();
  }

  override webhookReceived(
    type: CountedWebhook,
    outcome: CountedWebhookOutcome,
    lagMs: number | null,
  ): void {
    this.webhooks.inc({ type, outcome });
    if (lagMs !== null) this.webhookLags.observe(lagMs / 1000);
  }

  override driftRepaired(source: SyncSource, kind: 'created' | 'updated' | 'deleted'): void {
    this.drift.inc({ source, kind });
  }

  override handlerFailed(handler: string): void {
    this.handlerFailures.inc({ handler });
  }

  /** Adds the release, and Node's own metrics with the delay of the event loop. */
  addProcess(version: string): void {
    new Gauge({
      name: 'build_info',
      help: 'Always 1; the labels name the release and the version of Node.',
      labelNames: ['version', 'node'],
      registers: [this.registry],
    }).set({ version, node: process.version }, 1);
    collectDefaultMetrics({ register: this.registry });
    // The sums of the gauges beside them, under names that Prometheus reserves for counters.
    for (const resource of ['handles', 'requests', 'resources']) {
      this.registry.removeSingleMetric(`nodejs_active_${resource}_total`);
    }
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

  /** Adds whether the database accepts writes. */
  addWrites(writes: { readonly obstacle: unknown }): void {
    new Gauge({
      name: 'db_read_only',
      help: '1 while the database accepts no writes (read-only, its disk full, or its synchronous standby lost), else 0.',
      registers: [this.registry],
      collect(): void {
        this.set(writes.obstacle === null ? 0 : 1);
      },
    });
  }

  /** Adds whether notifications of changed users are proven to arrive. */
  addChanges(changes: { readonly live: boolean }): void {
    new Gauge({
      name: 'user_changes_connected',
      help: '1 while notifications of changed users are proven to arrive, else 0.',
      registers: [this.registry],
      collect(): void {
        this.set(changes.live ? 1 : 0);
      },
    });
  }

  /** Adds the arrival time of the last webhook, which all processes share. */
  addWebhookReceipts(receipts: { lastReceivedAt(): Promise<number | null> }): void {
    new Gauge({
      name: 'clerk_webhook_last_received_timestamp_seconds',
      help: 'When the last authentic webhook arrived at any process, in seconds since the epoch; 0: never; NaN until the database has been read.',
      registers: [this.registry],
      async collect(): Promise<void> {
        const at = await receipts.lastReceivedAt();
        // The alert about missing webhooks must not mistake a database outage for "never".
        this.set(at === null ? NaN : at / 1000);
      },
    });
  }

  /** Adds the lag of each handler, which all processes share. */
  addEventHandlers(handlers: { lags(): Promise<ReadonlyMap<string, number>> }): void {
    new Gauge({
      name: 'user_event_handler_lag_seconds',
      help: 'Age of the oldest event that a handler has not processed; 0: none.',
      labelNames: ['handler'],
      registers: [this.registry],
      async collect(): Promise<void> {
        const lags = await handlers.lags();
        this.reset();
        for (const [handler, seconds] of lags) this.set({ handler }, seconds);
      },
    });
  }

  /** @returns all metrics in Prometheus's text format */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  private addKeysAge(): void {
    const age = (): number =>
      this.keysLoadedAt === undefined ? NaN : (performance.now() - this.keysLoadedAt) / 1000;
    new Gauge({
      name: 'clerk_jwks_age_seconds',
      help: 'Age of the signing keys that tokens are verified with; NaN before the first load and with CLERK_JWT_KEY.',
      registers: [this.registry],
      collect(): void {
        this.set(age());
      },
    });
  }
}
