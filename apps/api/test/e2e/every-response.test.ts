import { expect, test } from 'vitest';
import { withApi } from '../support/api-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { Outgoing } from '../support/send.js';
import { aProfileToken, webOrigin } from '../support/session-token.js';

const fixture = withApi();

/** One response of each kind that needs no token. */
const everyKind: readonly (readonly [string, number, string, Outgoing])[] = [
  ['a public answer', 200, '/health/live', {}],
  ['a 401', 401, '/users/me', {}],
  ['a 404', 404, '/nothing/here', {}],
  ['a 404 by method', 404, '/users/me', { method: 'DELETE' }],
  ['a malformed URL', 400, '/users/%E0%A4%A', {}],
  ['a 413', 413, '/webhooks/clerk', { method: 'POST', body: Buffer.alloc(300_000) }],
  ['a refused webhook', 400, '/webhooks/clerk', { method: 'POST', body: '{}' }],
  [
    'a preflight',
    204,
    '/users/me',
    {
      method: 'OPTIONS',
      headers: { origin: webOrigin, 'access-control-request-method': 'GET' },
    },
  ],
  ['an OPTIONS request that is not a preflight', 204, '/users/me', { method: 'OPTIONS' }],
  ['an OPTIONS request for the whole server', 204, '*', { method: 'OPTIONS' }],
];

const withHeader = (outgoing: Outgoing, name: string, value: string | string[]): Outgoing => ({
  ...outgoing,
  headers: { ...outgoing.headers, [name]: value },
});

test.each(everyKind)('%s echoes a valid X-Request-Id', async (_kind, status, path, outgoing) => {
  const { api } = fixture();
  const id = `Valid.request_id-${'x'.repeat(128 - 17)}`;
  const answer = await api.send(path, withHeader(outgoing, 'x-request-id', id));
  expect(answer.status).toBe(status);
  expect(answer.headers['x-request-id']).toBe(id);
});

test.each(everyKind)(
  '%s has a generated X-Request-Id if the request has none',
  async (_k, status, path, o) => {
    const answer = await fixture().api.send(path, o);
    expect(answer.status).toBe(status);
    expect(answer.headers['x-request-id']).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
  },
);

test.each(everyKind)('%s carries security headers', async (_kind, status, path, outgoing) => {
  const answer = await fixture().api.send(path, outgoing);
  expect(answer.status).toBe(status);
  expect(answer.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-frame-options': 'DENY',
  });
  expect(answer.headers).not.toHaveProperty('x-powered-by');
});

test.each(everyKind)(
  '%s can be read by the web app’s origin',
  async (_kind, _s, path, outgoing) => {
    const { headers } = await fixture().api.send(path, withHeader(outgoing, 'origin', webOrigin));
    expect(headers['access-control-allow-origin']).toBe(webOrigin);
    const exposed = headers['access-control-expose-headers']?.toLowerCase().split(/,\s*/);
    expect(exposed).toEqual(expect.arrayContaining(['x-request-id', 'retry-after']));
    expect(headers.vary?.toLowerCase()).toContain('origin');
  },
);

test.each(everyKind)('%s cannot be read by another origin', async (_kind, _s, path, outgoing) => {
  const { headers } = await fixture().api.send(
    path,
    withHeader(outgoing, 'origin', 'https://evil.example'),
  );
  expect(headers).not.toHaveProperty('access-control-allow-origin');
});

test.each(everyKind)('%s leaves one line in the log', async (_kind, status, path, outgoing) => {
  const { api } = fixture();
  const answer = await api.send(path, { ...outgoing, method: outgoing.method ?? 'GET' });
  const logged = await api.requestLog(String(answer.headers['x-request-id']));
  expect(logged).toMatchObject({
    method: outgoing.method ?? 'GET',
    status,
    durationMs: expect.any(Number) as number,
  });
  expect(logged).toHaveProperty('route');
  expect(logged).toHaveProperty('outcome');
});

test.each([
  ['too long', 'x'.repeat(129)],
  ['empty', ''],
  ['with a space', 'a b'],
  ['with markup', '<script>'],
  ['not ASCII', 'caf\u00e9'],
  ['sent twice', ['first', 'second']],
])('an X-Request-Id that is %s is replaced', async (_name, given) => {
  const { api } = fixture();
  const answer = await api.send('/users/me', { headers: { 'x-request-id': given } });
  expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  expectProblem(answer, 401, 'token_missing');
});

test('a request’s log line has route and outcome and does not identify the user', async () => {
  const { api, clerk } = fixture();
  const clerkUser = aClerkUser();
  const token = await aProfileToken(clerk.key, clerkUser);
  const ids = [await api.me(token), await api.me(token)].map((answer) => {
    expectUser(answer);
    return String(answer.headers['x-request-id']);
  });
  const lines = await Promise.all(ids.map((id) => api.requestLog(id)));
  expect(lines).toMatchObject([
    { level: 'info', method: 'GET', route: '/users/me', status: 200, outcome: 'created' },
    { level: 'info', method: 'GET', route: '/users/me', status: 200, outcome: 'unchanged' },
  ]);
  expect(JSON.stringify(lines)).not.toContain(clerkUser.clerkId);
});

test('a preflight lists the allowed methods and headers and allows no credentials', async () => {
  const answer = await fixture().api.send('/users/me', {
    method: 'OPTIONS',
    headers: {
      origin: webOrigin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    },
  });
  expect(answer.headers['access-control-allow-methods']).toContain('GET');
  expect(answer.headers['access-control-allow-headers']?.toLowerCase()).toContain('authorization');
  expect(Number(answer.headers['access-control-max-age'])).toBeGreaterThan(0);
  expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
});

test('a preflight allows the headers of tracing libraries', async () => {
  const asked =
    'authorization, content-type, x-request-id, traceparent, tracestate, baggage, sentry-trace';
  const answer = await fixture().api.send('/users/me', {
    method: 'OPTIONS',
    headers: {
      origin: webOrigin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': asked,
    },
  });
  const allowed = answer.headers['access-control-allow-headers']?.toLowerCase().split(/,\s*/);
  expect(allowed).toEqual(expect.arrayContaining(asked.split(', ')));
});
