import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@populatte/process-kit';
import { describe, expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import { withApi, type ApiFixture } from '../support/api-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken, aSessionToken } from '../support/session-token.js';
import { deliver } from '../support/webhook.js';

/** The value of one counter; 0 if it is not listed yet. */
async function counted(api: ApiFixture['api'], source: string, outcome: string): Promise<number> {
  const { text } = await api.send('/metrics');
  const line = `user_sync_total\\{source="${source}",outcome="${outcome}"\\} (\\d+)`;
  return Number(new RegExp(`^${line}$`, 'm').exec(text)?.[1] ?? 0);
}

describe('user_sync_total', () => {
  const fixture = withApi();
  const start = Date.now() - 60_000;

  test('counts the outcomes of webhooks', async () => {
    const { api } = fixture();
    const clerkUser = aClerkUser();
    const outcomes = ['created', 'updated', 'stale', 'deleted'] as const;
    const before = await Promise.all(outcomes.map((each) => counted(api, 'webhook', each)));
    await deliver(api, 'user.created', clerkUserJson(clerkUser, start));
    await deliver(api, 'user.updated', clerkUserJson({ ...clerkUser, name: 'Ada New' }, start + 2));
    await deliver(api, 'user.updated', clerkUserJson(clerkUser, start + 1));
    await deliver(api, 'user.deleted', { id: clerkUser.clerkId, object: 'user', deleted: true });
    const after = await Promise.all(outcomes.map((each) => counted(api, 'webhook', each)));
    expect(after).toEqual(before.map((count) => count + 1));
  });

  test('counts a row that was created from the Backend API', async () => {
    const { api, clerk } = fixture();
    const clerkUser = aClerkUser();
    clerk.users.set(clerkUser.clerkId, clerkUserJson(clerkUser, start));
    const before = await counted(api, 'backend_api', 'created');
    expectUser(await api.me(await aSessionToken(clerk.key, clerkUser.clerkId)));
    expect(await counted(api, 'backend_api', 'created')).toBe(before + 1);
  });

  test('metrics count syncs by source and outcome', async () => {
    const { api, clerk } = fixture();
    const token = await aProfileToken(clerk.key, aClerkUser());
    expectUser(await api.me(token));
    expectUser(await api.me(token));
    const answer = await api.send('/metrics');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(answer.text).toMatch(/^user_sync_total\{source="token",outcome="created"\} [1-9]/m);
    expect(answer.text).toMatch(/^user_sync_total\{source="token",outcome="unchanged"\} [1-9]/m);
  });
});

describe('/metrics', () => {
  const fixture = withApi();
  const start = Date.now() - 60_000;

  /** The value of a series, by its name and labels as they are printed; 0 if it is not listed. */
  async function valueOf(series: string): Promise<number> {
    const { text } = await fixture().api.send('/metrics');
    const line = text.split('\n').find((each) => each.startsWith(`${series} `));
    return Number(line?.slice(series.length + 1) ?? 0);
  }

  test('counts requests by method, route and status, never by path', async () => {
    const { api, clerk } = fixture();
    const series =
      'http_request_duration_seconds_count{method="GET",route="/users/me",status="200"}';
    const before = await valueOf(series);
    expectUser(await api.me(await aProfileToken(clerk.key, aClerkUser())));
    await api.send('/secret-path-1');
    expect(await valueOf(series)).toBe(before + 1);
    const { text } = await api.send('/metrics');
    expect(text).not.toContain('secret-path');
  });

  test('counts refused requests by code and reason', async () => {
    const { api } = fixture();
    const series = 'clerk_auth_refusals_total{code="token_invalid",reason="form"}';
    const before = await valueOf(series);
    expectProblem(await api.me('no-token'), 401, 'token_invalid');
    expect(await valueOf(series)).toBe(before + 1);
  });

  test('measures authentication by outcome, and counts lookups in both caches', async () => {
    const { api, clerk } = fixture();
    const series = [
      'clerk_auth_duration_seconds_count{outcome="created"}',
      'clerk_auth_duration_seconds_count{outcome="unchanged"}',
      'clerk_auth_duration_seconds_count{outcome="token_invalid"}',
      'user_cache_requests_total{cache="token",result="miss"}',
      'user_cache_requests_total{cache="token",result="hit"}',
      'user_cache_requests_total{cache="row",result="miss"}',
      'user_cache_requests_total{cache="row",result="hit"}',
      'user_sync_duration_seconds_count',
    ];
    await until('rows are cached', async () => (await valueOf('user_changes_connected')) === 1);
    const before = await Promise.all(series.map(valueOf));
    const token = await aProfileToken(clerk.key, aClerkUser());
    expectUser(await api.me(token));
    expectUser(await api.me(token));
    expectUser(await api.me(token));
    expectProblem(await api.me('no-token'), 401, 'token_invalid');
    const after = await Promise.all(series.map(valueOf));
    const moved = after.map((value, index) => value - (before[index] ?? 0));
    expect(moved).toEqual([1, 2, 1, 2, 2, 1, 2, 1]);
    const { text } = await api.send('/metrics');
    expect(text).toMatch(/^clerk_auth_duration_seconds_bucket\{le="5",outcome="created"\} [1-9]/m);
    expect(text).toMatch(/^clerk_auth_duration_seconds_sum\{outcome="created"\} \d+\.\d/m);
  });

  test('counts loads of the signing keys, and shows their age', async () => {
    const { api, clerk } = fixture();
    expectUser(await api.me(await aProfileToken(clerk.key, aClerkUser())));
    expect(await valueOf('clerk_jwks_fetches_total{result="success"}')).toBeGreaterThanOrEqual(1);
    const age = await valueOf('clerk_jwks_age_seconds');
    expect(age).toBeGreaterThan(0);
    await sleep(50);
    expect(await valueOf('clerk_jwks_age_seconds')).toBeGreaterThanOrEqual(age + 0.04);
  });

  test('counts webhooks by type and outcome, with their lag and the time of the last one', async () => {
    const { api } = fixture();
    const series = [
      'clerk_webhooks_total{type="user.created",outcome="created"}',
      'clerk_webhooks_total{type="user.deleted",outcome="deleted"}',
      'clerk_webhooks_total{type="session.ended",outcome="session_ended"}',
      'clerk_webhooks_total{type="other",outcome="ignored"}',
      'clerk_webhooks_total{type="unknown",outcome="invalid"}',
      'clerk_webhook_lag_seconds_count',
    ];
    const before = await Promise.all(series.map(valueOf));
    const startedAt = Date.now() / 1000;
    const { clerkId } = aClerkUser();
    await deliver(api, 'user.created', clerkUserJson(aClerkUser(), start));
    await deliver(api, 'user.deleted', { id: clerkId, object: 'user', deleted: true });
    await deliver(api, 'session.ended', { id: 'sess_1', user_id: clerkId });
    await deliver(api, `invented.${clerkId}`, { id: clerkId });
    await api.send('/webhooks/clerk', { method: 'POST', body: '{}' });
    const after = await Promise.all(series.map(valueOf));
    expect(after.map((value, index) => value - (before[index] ?? 0))).toEqual([1, 1, 1, 1, 1, 4]);
    const last = await valueOf('clerk_webhook_last_received_timestamp_seconds');
    expect(last).toBeGreaterThanOrEqual(Math.floor(startedAt));
    expect(last).toBeLessThanOrEqual(Date.now() / 1000);
    const { text } = await api.send('/metrics');
    expect(text).not.toContain(clerkId);
  });

  test('counts changes that no webhook had delivered, but not recent ones', async () => {
    const { api, clerk } = fixture();
    const created = 'user_drift_repaired_total{source="token",kind="created"}';
    const updated = 'user_drift_repaired_total{source="token",kind="updated"}';
    const fetched = 'user_drift_repaired_total{source="backend_api",kind="created"}';
    const before = await Promise.all([created, updated, fetched].map(valueOf));
    const clerkUser = aClerkUser();
    const at = (updatedAt: number): Parameters<typeof aProfileToken>[2] => ({
      claims: { updatedAt },
    });
    const now = Date.now();
    expectUser(await api.me(await aProfileToken(clerk.key, clerkUser, at(now - 60_000))));
    const renamed = { ...clerkUser, name: 'Ada Renamed' };
    expectUser(await api.me(await aProfileToken(clerk.key, renamed, at(now - 30_000))));
    expectUser(await api.me(await aProfileToken(clerk.key, clerkUser, at(now))));
    expectUser(await api.me(await aProfileToken(clerk.key, aClerkUser())));
    const other = aClerkUser();
    clerk.users.set(other.clerkId, clerkUserJson(other, now - 60_000));
    expectUser(await api.me(await aSessionToken(clerk.key, other.clerkId)));
    const after = await Promise.all([created, updated, fetched].map(valueOf));
    expect(after.map((value, index) => value - (before[index] ?? 0))).toEqual([1, 1, 1]);
  });

  test('shows how long a handler’s events wait, including those of other applications', async () => {
    const { api, clerk, database } = fixture();
    await database.query(
      `insert into user_event_handlers (name, types, backfill_until) values ('mailer', '{created}', 0)`,
    );
    expectUser(await api.me(await aProfileToken(clerk.key, aClerkUser())));
    const series = 'user_event_handler_lag_seconds{handler="mailer"}';
    await until('the event waits', async () => (await valueOf(series)) > 0);
    await database.query('delete from user_event_deliveries');
    await until('no event waits', async () => (await valueOf(series)) === 0);
  });

  test('shows release, pool, notifications, event loop and Node', async () => {
    const { api, clerk } = fixture();
    expectUser(await api.me(await aProfileToken(clerk.key, aClerkUser())));
    // The API itself uses a connection once a second.
    const text = await until('no connection is used', async () => {
      const answer = await api.send('/metrics');
      return answer.text.includes('db_pool_connections{state="used"} 0\n') && answer.text;
    });
    expect(text).toMatch(/^build_info\{version="[\d.]+",node="v\d+/m);
    expect(text).toMatch(/^db_pool_connections\{state="idle"\} [1-9]/m);
    expect(text).toMatch(/^db_pool_connections\{state="waiting"\} 0/m);
    expect(text).toMatch(/^db_read_only 0$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    expect(text).toMatch(/^process_resident_memory_bytes /m);
    await until(
      'notifications arrive',
      async () => (await valueOf('user_changes_connected')) === 1,
    );
  });
});
