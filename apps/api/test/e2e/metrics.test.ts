import { until } from '@populatte/process-kit';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { clerkUser } from '@populatte/clerk-stub';
import { withApi, type ApiFixture } from '../support/api-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import { aPerson } from '../support/people.js';
import { send, type Answer, type Outgoing } from '../support/send.js';
import { aProfileToken, aSessionToken } from '../support/session-token.js';
import { deliver } from '../support/webhook.js';

const listening = z.object({ metrics: z.object({ address: z.string(), port: z.number() }) });

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
    const person = aPerson();
    const outcomes = ['created', 'updated', 'stale', 'deleted'] as const;
    const before = await Promise.all(outcomes.map((each) => counted(api, 'webhook', each)));
    await deliver(api, 'user.created', clerkUser(person, start));
    await deliver(api, 'user.updated', clerkUser({ ...person, name: 'Ada New' }, start + 2));
    await deliver(api, 'user.updated', clerkUser(person, start + 1));
    await deliver(api, 'user.deleted', { id: person.clerkId, object: 'user', deleted: true });
    const after = await Promise.all(outcomes.map((each) => counted(api, 'webhook', each)));
    expect(after).toEqual(before.map((count) => count + 1));
  });

  test('counts a row that was created from the Backend API', async () => {
    const { api, clerk } = fixture();
    const person = aPerson();
    clerk.users.set(person.clerkId, clerkUser(person, start));
    const before = await counted(api, 'backend_api', 'created');
    expectUser(await api.me(await aSessionToken(clerk.key, person.clerkId)));
    expect(await counted(api, 'backend_api', 'created')).toBe(before + 1);
  });
});

describe('/metrics', () => {
  const fixture = withApi();

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
    expectUser(await api.me(await aProfileToken(clerk.key, aPerson())));
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

  test('shows release, pool, notifications, event loop and Node', async () => {
    const { api, clerk } = fixture();
    expectUser(await api.me(await aProfileToken(clerk.key, aPerson())));
    const { text } = await api.send('/metrics');
    expect(text).toMatch(/^build_info\{version="[\d.]+",node="v\d+/m);
    expect(text).toMatch(/^db_pool_connections\{state="idle"\} [1-9]/m);
    expect(text).toMatch(/^db_pool_connections\{state="used"\} 0/m);
    expect(text).toMatch(/^db_pool_connections\{state="waiting"\} 0/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    expect(text).toMatch(/^process_resident_memory_bytes /m);
    await until(
      'notifications arrive',
      async () => (await valueOf('user_changes_connected')) === 1,
    );
  });
});

describe('with METRICS_PORT', () => {
  const fixture = withApi({ METRICS_PORT: '0', NODE_ENV: 'production', DOCS_ENABLED: 'true' });

  /** Sends a request to the metrics port. */
  function ask(path: string, outgoing?: Outgoing): Promise<Answer> {
    const line = fixture()
      .api.logs()
      .find(({ msg }) => msg === 'Metrics are served.');
    const { address, port } = listening.parse(line).metrics;
    return send(`http://${address}:${port}`, path, outgoing);
  }

  test.each(['/metrics', '/metrics/', '/metrics?x=1'])(
    '%s is served on the metrics port',
    async (path) => {
      const { api, clerk } = fixture();
      expectUser(await api.me(await aProfileToken(clerk.key, aPerson())));
      const answer = await ask(path);
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
      expect(answer.text).toMatch(/^user_sync_total\{source="token",outcome="created"\} [1-9]/m);
    },
  );

  test.each<[string, Outgoing]>([
    ['/', {}],
    ['/users/me', {}],
    ['/health/live', {}],
    ['/metricsx', {}],
    ['/metrics', { method: 'POST', body: 'x' }],
  ])('nothing else is served on the metrics port: %s %j', async (path, outgoing) => {
    expect((await ask(path, outgoing)).status).toBe(404);
  });

  test('the API’s own port neither serves nor documents metrics', async () => {
    const { api } = fixture();
    expectProblem(await api.send('/metrics'), 404, 'not_found');
    const { paths } = z
      .object({ paths: z.record(z.string(), z.unknown()) })
      .parse((await api.send('/openapi.json')).json());
    expect(Object.keys(paths)).not.toContain('/metrics');
  });
});

describe.each([
  ['in production', { NODE_ENV: 'production' }],
  ['with METRICS_ENABLED=false', { METRICS_ENABLED: 'false', METRICS_PORT: '0' }],
])('%s', (_name, extra) => {
  const fixture = withApi(extra);

  test('no metrics are served', async () => {
    const { api } = fixture();
    expectProblem(await api.send('/metrics'), 404, 'not_found');
    expect(api.logs().some(({ msg }) => msg === 'Metrics are served.')).toBe(false);
  });
});
