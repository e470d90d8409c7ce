import { until } from '@populatte/process-kit';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { withApi } from '../support/api-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { RawConnection } from '../support/raw-connection.js';
import type { Outgoing } from '../support/send.js';
import { aProfileToken, webOrigin } from '../support/session-token.js';
import { aDelivery, anEvent } from '../support/webhook.js';

const fixture = withApi();
const limit = 256 * 1024;

const exchange = async (text: string): Promise<string> =>
  (await RawConnection.open(fixture().api.url)).exchange(text);

test.each<[string, number, 'not_found' | 'validation_failed' | 'payload_too_large', Outgoing]>([
  ['/', 404, 'not_found', {}],
  ['/users', 404, 'not_found', {}],
  ['/metrics/none', 404, 'not_found', {}],
  ['/users/me', 404, 'not_found', { method: 'POST', body: '{}' }],
  ['/webhooks/clerk', 404, 'not_found', {}],
  ['/%', 400, 'validation_failed', {}],
  ['/users/%ZZ', 400, 'validation_failed', {}],
  ['/users/me%00', 404, 'not_found', {}],
])('a request for %s gets %i %s', async (path, status, code, outgoing) => {
  expectProblem(await fixture().api.send(path, outgoing), status, code);
});

test('an idle connection stays open for longer than load balancers keep it', async () => {
  const { headers } = await fixture().api.send('/health/live');
  expect(headers['keep-alive']).toBe('timeout=620');
});

test('a body of 256 KiB is accepted and one byte more gets 413', async () => {
  const { api } = fixture();
  const right = aDelivery(anEvent('session.created', {}).padEnd(limit));
  expect((await api.send('/webhooks/clerk', right)).status).toBe(200);

  const over = aDelivery(anEvent('session.created', {}).padEnd(limit + 1));
  expectProblem(await api.send('/webhooks/clerk', over), 413, 'payload_too_large');
});

test('a chunked body over 256 KiB gets 413', async () => {
  const { api } = fixture();
  const { headers, ...rest } = aDelivery(anEvent('session.created', {}).padEnd(limit + 1));
  const chunked = { ...rest, headers: { ...headers, 'transfer-encoding': 'chunked' } };
  expectProblem(await api.send('/webhooks/clerk', chunked), 413, 'payload_too_large');
});

test('headers over Node’s limit get 431 with a problem document', async () => {
  const answer = await fixture().api.send('/users/me', {
    headers: { authorization: `Bearer ${'x'.repeat(20_000)}` },
  });
  expectProblem(answer, 431, 'validation_failed');
  expect(answer.text).toContain('the session token has too many custom claims');
});

test.each(['authorization', 'host'] as const)(
  'a %s header after 1,500 others counts, although Node reads 1,000 by default',
  async (name) => {
    const { api, clerk } = fixture();
    const token = await aProfileToken(clerk.key, aClerkUser());
    const others = 'a:1\r\n'.repeat(1_500);
    const rest = { authorization: `Authorization: Bearer ${token}`, host: 'Host: y' }[name];
    const connection = await RawConnection.open(api.url);
    const answer = await connection.exchange(
      `GET /users/me HTTP/1.1\r\nHost: x\r\n${others}${rest}\r\n\r\n`,
    );
    connection.destroy();
    expect(answer).toMatch(name === 'host' ? /^HTTP\/1\.1 400 / : /^HTTP\/1\.1 200 /);
  },
);

test('a request that is not HTTP gets 400 with a problem document', async () => {
  const { hostname, port } = new URL(fixture().api.url);
  const socket = connect(Number(port), hostname).end('NONSENSE\r\n\r\n').setEncoding('utf8');
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
  expect(text).toMatch(/\r\nContent-Type: application\/problem\+json\r\n/);
  expect(text).toContain('"code":"validation_failed"');
});

test.each(['NONSENSE', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com'])(
  'the answer to %j follows the answer to the request before it',
  async (refused) => {
    const { api, clerk } = fixture();
    const token = await aProfileToken(clerk.key, aClerkUser());
    const connection = await RawConnection.open(api.url);
    connection.write(
      `GET /users/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n${refused}\r\n\r\n`,
    );
    await until('the connection is closed', () => connection.closed);
    const statuses = connection.received.match(/HTTP\/1\.1 \d+/g);
    expect(statuses).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
  },
);

test.each(['x', 'x:3001', '127.0.0.1', '[::1]:3001', '', 'xn--bcher-kva.example', 'a_b'])(
  'the Host %j is valid',
  async (host) => {
    const answer = await exchange(`GET /health/live HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect(answer).toContain(' 200 OK');
  },
);

test('an HTTP/1.0 request needs no Host header', async () => {
  expect(await exchange('GET /health/live HTTP/1.0\r\n\r\n')).toContain(' 200 OK');
});

test.each(['/users/me/', '/users/me/?x=1'])('%s is the same route as /users/me', async (path) => {
  const { api, clerk } = fixture();
  const token = await aProfileToken(clerk.key, aClerkUser());
  expectUser(await api.send(path, { headers: { authorization: `Bearer ${token}` } }));
});

test.each(['/webhooks/clerk/', '/webhooks/clerk/?x=1'])('%s accepts webhooks', async (path) => {
  const answer = await fixture().api.send(path, aDelivery(anEvent('session.created', {})));
  expect(answer.status).toBe(200);
});

test.each([
  'json',
  '',
  ';',
  'application/json; charset=utf-8',
  'application/json; charset=latin1',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'text/plain',
])('a signed webhook with the content type %j is applied', async (type) => {
  const { headers, ...rest } = aDelivery(anEvent('session.created', {}));
  const delivery = { ...rest, headers: { ...headers, 'content-type': type } };
  expect((await fixture().api.send('/webhooks/clerk', delivery)).status).toBe(200);
});

test.each([
  [
    'a request with a header without a colon',
    400,
    'GET /users/me HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n',
  ],
  ['a request that is not HTTP', 400, 'NONSENSE\r\n\r\n'],
  ['a request with two Host headers', 400, 'GET /users/me HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n'],
  [
    'a request with two equal Host headers',
    400,
    'GET /users/me HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n',
  ],
  ['a probe with two Host headers', 400, 'GET /health/live HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'],
  ['a Host header with a list', 400, 'GET /users/me HTTP/1.1\r\nHost: a, b\r\n\r\n'],
  ['a Host header with a path', 400, 'GET /users/me HTTP/1.1\r\nHost: x/y\r\n\r\n'],
  ['a Host header with a user', 400, 'GET /users/me HTTP/1.1\r\nHost: u@x\r\n\r\n'],
  ['a Host header with two ports', 400, 'GET /users/me HTTP/1.1\r\nHost: x:1:2\r\n\r\n'],
  ['CONNECT', 400, 'CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n'],
  ['a request without a Host header', 400, 'GET /users/me HTTP/1.1\r\n\r\n'],
  [
    'a request with an unknown expectation',
    417,
    'GET /users/me HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n',
  ],
  [
    'a request with a huge header',
    431,
    `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  ],
])('%s gets %i and has a log line', async (_name, status, text) => {
  const answer = await exchange(text);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toMatch(/^content-type: application\/problem\+json\r$/im);
  const id = /^x-request-id: (\S+)\r$/im.exec(answer)?.[1] ?? '';
  expect(answer).toContain(`"requestId":"${id}"`);
  const line = await fixture().api.requestLog(id);
  expect(line).toMatchObject({ status, outcome: 'validation_failed' });
});

test.each([
  ['an unknown expectation', 417, 'Host: x\r\nExpect: tea'],
  ['two Host headers', 400, 'Host: x\r\nHost: y'],
])('a browser can read the answer to %s', async (_name, status, headers) => {
  const answer = await exchange(
    `GET /users/me HTTP/1.1\r\n${headers}\r\nOrigin: ${webOrigin}\r\n\r\n`,
  );
  expect(answer).toContain(`HTTP/1.1 ${status} `);
  expect(answer).toContain(`access-control-allow-origin: ${webOrigin}\r\n`);
});

test.each([
  'http://x/health/live',
  'HTTP://other.example:8080/health/live/?probe=1',
  'https://x/health/live',
])('the request target %s is routed by its path', async (target) => {
  const answer = await exchange(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
  expect(answer).toContain(' 200 OK');
});

test.each(['http://x', 'http://x?a=/health/live', '*'])(
  'the request target %s gets 404',
  async (target) => {
    const answer = await exchange(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(answer).toContain(' 404 Not Found');
  },
);
