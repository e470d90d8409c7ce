import { expect, test } from 'vitest';
import { NoMetrics, SyncMetrics } from '../../src/core/sync-metrics.js';

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
