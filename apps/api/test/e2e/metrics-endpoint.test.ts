import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { METHODS } from 'node:http';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { clerkUserJson } from '@populatte/clerk-stub';
import { hasPromtool } from '../support/alert-rehearsal.js';
import { withApi } from '../support/api-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { send, type Answer, type Outgoing } from '../support/send.js';
import { aProfileToken } from '../support/session-token.js';
import { deliver } from '../support/webhook.js';

const listening = z.object({ metrics: z.object({ address: z.string(), port: z.number() }) });

describe('/metrics', () => {
  const fixture = withApi();

  test.each(['dashboard.json', 'rules.yaml'])(
    'the API exposes every metric that deploy/observability/%s queries',
    async (file) => {
      const path = new URL(`../../../../deploy/observability/${file}`, import.meta.url);
      const queried = [...readFileSync(path, 'utf8').matchAll(/\b([a-z][a-z0-9_]+)\{job=/g)];
      const { text } = await fixture().api.send('/metrics');
      const exposed = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].flatMap(([, name, type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
      );
      const names = new Set(queried.map(([, name]) => name));
      expect(names.size).toBeGreaterThan(8);
      expect([...names].filter((name) => name !== 'up' && !exposed.includes(name))).toEqual([]);
    },
  );

  test.skipIf(!hasPromtool)('Prometheus’s linter accepts every metric', async () => {
    const { api, clerk } = fixture();
    // The linter ignores metrics without samples.
    expectUser(await api.me(await aProfileToken(clerk.key, aClerkUser())));
    expectProblem(await api.me('nonsense'), 401, 'token_invalid');
    const { text } = await api.send('/metrics');
    const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test('random paths, methods and issuers add no series', async () => {
    const { api } = fixture();
    const flood = async (): Promise<void> => {
      const methods = METHODS.filter((method) => method !== 'CONNECT');
      await Promise.all(
        methods.map((method) => api.send(`/${randomUUID()}?${randomUUID()}`, { method })),
      );
      const encoded = (part: object): string =>
        Buffer.from(JSON.stringify(part)).toString('base64url');
      const iss = `https://${randomUUID()}.example.com`;
      const token = `${encoded({ alg: 'RS256', kid: randomUUID() })}.${encoded({ iss })}.c2lnbmVk`;
      expectProblem(await api.me(token), 401, 'token_invalid');
    };
    const series = async (): Promise<string[]> =>
      [...(await api.send('/metrics')).text.matchAll(/^(\w+(?:\{.*\})?) \S+$/gm)].flatMap(
        ([, name = '']) => (name.startsWith('nodejs_') ? [] : [name]),
      );
    await flood();
    const before = await series();
    for (let round = 0; round < 10; round += 1) await flood();
    expect(await series()).toEqual(before);
  });

  test('no label or value contains personal data', async () => {
    const { api, clerk } = fixture();
    const clerkUser = aClerkUser();
    expectUser(await api.me(await aProfileToken(clerk.key, clerkUser)));
    await deliver(
      api,
      'user.updated',
      clerkUserJson({ ...clerkUser, name: 'Ada New' }, Date.now()),
    );
    await deliver(api, 'session.ended', {
      id: `sess_of_${clerkUser.clerkId}`,
      user_id: clerkUser.clerkId,
    });
    await api.send(`/users/${clerkUser.clerkId}?email=${clerkUser.email}`);
    const { text } = await api.send('/metrics');
    for (const value of Object.values(clerkUser)) expect(text).not.toContain(String(value));
    expect(text).not.toMatch(/@|user_[0-9a-zA-Z]{20}|sess_/);
  });
});

describe('with METRICS_PORT', () => {
  const fixture = withApi({ METRICS_PORT: '0', NODE_ENV: 'production', DOCS_ENABLED: 'true' });

  /** Sends a request to the metrics port. */
  function ask(path: string, outgoing?: Outgoing): Promise<Answer> {
    const line = fixture()
      .api.logs()
      .find(({ msg }) => msg === 'Serving metrics.');
    const { address, port } = listening.parse(line).metrics;
    return send(`http://${address}:${port}`, path, outgoing);
  }

  test.each(['/metrics', '/metrics/', '/metrics?x=1'])(
    '%s is served on the metrics port',
    async (path) => {
      const { api, clerk } = fixture();
      expectUser(await api.me(await aProfileToken(clerk.key, aClerkUser())));
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
  ])('the metrics port serves nothing else: %s %j', async (path, outgoing) => {
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
    expect(api.logs().some(({ msg }) => msg === 'Serving metrics.')).toBe(false);
  });
});
