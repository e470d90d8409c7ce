import { describe, expect, test } from 'vitest';
import { PrometheusMetrics } from '../../../../src/infrastructure/telemetry/prometheus-metrics.js';

describe('PrometheusMetrics', () => {
  test('counts what an e2e test cannot cause: failures of keys and handlers, drift of a reconciliation', async () => {
    const metrics = new PrometheusMetrics();
    metrics.keysFetched('failure');
    metrics.handlerFailed('mailer');
    metrics.handlerFailed('mailer');
    metrics.driftRepaired('reconcile', 'deleted');
    const text = await metrics.text();
    expect(text).toMatch(/^clerk_jwks_fetches_total\{result="failure"\} 1$/m);
    expect(text).toMatch(/^user_event_handler_failures_total\{handler="mailer"\} 2$/m);
    expect(text).toMatch(/^user_drift_repaired_total\{source="reconcile",kind="deleted"\} 1$/m);
  });

  test.each([
    'clerk_jwks_fetches_total{result="failure"}',
    'user_sync_total{source="token",outcome="created"}',
    'user_sync_total{source="token",outcome="updated"}',
    'user_sync_total{source="backend_api",outcome="created"}',
    'user_sync_total{source="backend_api",outcome="updated"}',
    'clerk_webhooks_total{type="unknown",outcome="invalid"}',
    'clerk_webhooks_total{type="user.updated",outcome="failed"}',
    'clerk_webhooks_total{type="session.revoked",outcome="failed"}',
    'user_drift_repaired_total{source="token",kind="updated"}',
    'user_drift_repaired_total{source="reconcile",kind="deleted"}',
  ])(
    '%s, which an alert watches, starts at 0, so that its first increase shows',
    async (series) => {
      expect((await new PrometheusMetrics().text()).split('\n')).toContain(`${series} 0`);
    },
  );

  test('adds requests from the cache to the counts of the others', async () => {
    const metrics = new PrometheusMetrics();
    metrics.count('token', 'unchanged');
    metrics.cacheRequested('token', 'hit');
    metrics.authenticated('unchanged', 1);
    for (const outcome of ['unchanged', 'unchanged', 'stale'] as const) {
      metrics.authenticatedFromCache(outcome, 0.002);
    }
    const lines = (await metrics.text()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'user_sync_total{source="token",outcome="unchanged"} 3',
        'user_sync_total{source="token",outcome="stale"} 1',
        'user_cache_requests_total{cache="token",result="hit"} 4',
        'user_cache_requests_total{cache="row",result="hit"} 3',
        'clerk_auth_duration_seconds_bucket{le="0.00001",outcome="unchanged"} 2',
        'clerk_auth_duration_seconds_count{outcome="unchanged"} 3',
        'clerk_auth_duration_seconds_count{outcome="stale"} 1',
      ]),
    );
  });

  test('the age of the keys is not a number before they are loaded', async () => {
    const metrics = new PrometheusMetrics();
    expect(await metrics.text()).toMatch(/^clerk_jwks_age_seconds nan$/im);
    metrics.keysFetched('success');
    expect(await metrics.text()).toMatch(/^clerk_jwks_age_seconds [\d.e-]+$/m);
  });

  test.each([
    ['NaN until it is known', null, /^clerk_webhook_last_received_timestamp_seconds nan$/im],
    ['0 if there was none', 0, /^clerk_webhook_last_received_timestamp_seconds 0$/m],
    ['in seconds', 1_500, /^clerk_webhook_last_received_timestamp_seconds 1\.5$/m],
  ])('the time of the last webhook is %s', async (_name, at, expected) => {
    const metrics = new PrometheusMetrics();
    metrics.addWebhookReceipts({ lastReceivedAt: () => Promise.resolve(at) });
    expect(await metrics.text()).toMatch(expected);
  });

  test('buckets are cumulative, and a value on a bound counts in its bucket', async () => {
    const metrics = new PrometheusMetrics();
    for (const milliseconds of [1, 5, 5_001]) metrics.synced(milliseconds);
    const text = await metrics.text();
    expect(text).toMatch(/^user_sync_duration_seconds_bucket\{le="0.001"\} 1$/m);
    expect(text).toMatch(/^user_sync_duration_seconds_bucket\{le="0.005"\} 2$/m);
    expect(text).toMatch(/^user_sync_duration_seconds_bucket\{le="5"\} 2$/m);
    expect(text).toMatch(/^user_sync_duration_seconds_bucket\{le="\+Inf"\} 3$/m);
    expect(text).toMatch(/^user_sync_duration_seconds_sum 5\.00[67]/m);
    expect(text).toMatch(/^user_sync_duration_seconds_count 3$/m);
  });

  test('shows the lag of each handler, but not of removed handlers', async () => {
    const metrics = new PrometheusMetrics();
    let lags = new Map([['mailer', 1.5]]);
    metrics.addEventHandlers({ lags: () => Promise.resolve(lags) });
    expect(await metrics.text()).toMatch(
      /^user_event_handler_lag_seconds\{handler="mailer"\} 1.5$/m,
    );
    lags = new Map();
    expect(await metrics.text()).not.toContain('mailer');
  });
});
