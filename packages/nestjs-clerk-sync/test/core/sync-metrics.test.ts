import { expect, test } from 'vitest';
import { NoMetrics, SyncMetrics } from '../../src/core/sync-metrics.js';
import { RecordedSyncMetrics } from '../support/recorded-sync-metrics.js';

/** Counts only outcomes, as an application may. */
class OutcomesOnly extends SyncMetrics {
  readonly counted: string[] = [];

  override count(_source: string, outcome: string): void {
    this.counted.push(outcome);
  }
}

test.each([new OutcomesOnly(), new NoMetrics()])(
  'an application need not implement more than `count`: %o',
  (metrics) => {
    metrics.count('token', 'created');
    metrics.authenticated('created', 1);
    metrics.cacheRequested('row', 'hit');
    metrics.synced(1);
    metrics.keysFetched('success');
    metrics.webhookReceived('user.created', 'created', 1);
    metrics.driftRepaired('token', 'updated');
    metrics.handlerFailed('welcome');
    expect(metrics).toEqual(metrics instanceof OutcomesOnly ? { counted: ['created'] } : {});
  },
);

test.each(['unchanged', 'stale'] as const)(
  'a request from the cache that is %s is counted by the methods of its parts by default',
  (outcome) => {
    const metrics = new RecordedSyncMetrics();
    metrics.authenticatedFromCache(outcome, 0.5);
    expect(metrics).toMatchObject({
      counted: [`token ${outcome}`],
      lookups: ['token hit', 'row hit'],
      authentications: [outcome],
      durations: [0.5],
    });
  },
);
