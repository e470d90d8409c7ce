import { defineEndpoint } from '@populatte/contracts';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { ContractError, createApiClient } from '../src/index.js';
import { rejection } from './support/builders.js';
import { addThing, getThing, ping } from './support/endpoints.js';
import { aServer } from './support/server.js';

const getToken = (): Promise<string> => Promise.resolve('secret-token');
const done = { json: { done: true } };

test('a GET has neither a body nor a content type', async () => {
  const server = await aServer(() => done);
  const endpoint = defineEndpoint({ ...getThingsWithBody });
  await createApiClient({ baseUrl: server.url, getToken }).call(endpoint, { body: { name: 'x' } });
  expect(server.received[0]?.body).toBe('');
  expect(server.received[0]?.headers).not.toHaveProperty('content-type');
  expect(server.received[0]?.headers).not.toHaveProperty('transfer-encoding');
});

const getThingsWithBody = {
  method: 'GET',
  path: '/things',
  body: z.object({ name: z.string() }),
  response: z.object({ done: z.literal(true) }),
} as const;

test('a body is sent as JSON', async () => {
  const server = await aServer(() => done);
  await createApiClient({ baseUrl: server.url, getToken }).call(addThing, {
    body: { name: 'Zoë' },
  });
  expect(server.received[0]).toMatchObject({ method: 'POST', body: '{"name":"Zoë"}' });
  expect(server.received[0]?.headers['content-type']).toBe('application/json');
});

test('a body that is not valid JSON is a ContractError and is not sent', async () => {
  const server = await aServer(() => done);
  const endpoint = defineEndpoint({
    method: 'POST',
    path: '/things',
    body: z.bigint(),
    response: z.unknown(),
  });
  const api = createApiClient({ baseUrl: server.url, getToken });
  expect(await rejection(api.call(endpoint, { body: 1n }))).toBeInstanceOf(ContractError);
  expect(server.received).toEqual([]);
});

test.each(['', '/', '/api/v1', '/api/v1/', '/api/v1//?a=b#c'])(
  'the path is appended to that of baseUrl (%j)',
  async (suffix) => {
    const server = await aServer(() => done);
    await createApiClient({ baseUrl: new URL(server.url + suffix), getToken }).call(ping);
    const prefix = suffix.startsWith('/api') ? '/api/v1' : '';
    expect(server.received[0]?.path).toBe(`${prefix}/ping`);
  },
);

test.each(['', '/api', 'api.example.com', 'file:///etc/passwd'])(
  'a baseUrl that is not an absolute http(s) URL (%j) is refused when the client is created',
  (baseUrl) => {
    expect(() => createApiClient({ baseUrl, getToken })).toThrow(/absolute URL/);
  },
);

test('query values are encoded: a list repeats its name, a date is ISO 8601, absent values are omitted', async () => {
  const server = await aServer(() => done);
  const since = new Date('2026-01-02T03:04:05Z');
  const query = { tag: ['a&b', 'c'], since, page: null };
  await createApiClient({ baseUrl: server.url, getToken }).call(getThing, {
    params: { id: '1' },
    query,
  });
  expect(server.received[0]?.path).toBe(
    '/things/1?tag=a%26b&tag=c&since=2026-01-02T03%3A04%3A05.000Z',
  );
});

test.each([
  'a/b',
  '../users',
  '..%2f',
  '//evil.test',
  'https://evil.test/',
  '?x=1',
  '#x',
  'ü',
  '...',
  '\\..\\',
])('the parameter %j stays one segment of the path', async (id) => {
  const server = await aServer(() => done);
  await createApiClient({ baseUrl: `${server.url}/api`, getToken }).call(getThing, {
    params: { id },
    query: {},
  });
  const [, , , last, more] = server.received[0]?.path.split('/') ?? [];
  expect(decodeURIComponent(last ?? '')).toBe(id);
  expect(more).toBeUndefined();
});

test.each(['', '.', '..', '\ud800'])(
  'the parameter %j, which no path can contain, is a ContractError and nothing is sent',
  async (id) => {
    const server = await aServer(() => done);
    const api = createApiClient({ baseUrl: server.url, getToken });
    const error = await rejection(api.call(getThing, { params: { id }, query: {} }));
    expect(error).toBeInstanceOf(ContractError);
    expect(server.received).toEqual([]);
  },
);

test.each([
  '//evil.test/x',
  '/\\evil.test/x',
  'https://evil.test/x',
  '@evil.test/x',
  '.evil.test/x',
  ':80@evil.test/x',
  '/../../x',
  '/%2e%2e/x',
  '/\t/evil.test',
])('an endpoint whose path is %j sends its token only to the base URL', async (path) => {
  const urls: URL[] = [];
  const fetch = vi.fn((url: string) => {
    urls.push(new URL(url));
    return Promise.resolve(new Response('{"done":true}'));
  });
  const api = createApiClient({ baseUrl: 'https://api.test/v1', getToken, fetch });
  await api.call({ ...ping, path }, {}).catch((error: unknown) => {
    expect(error).toBeInstanceOf(ContractError);
  });
  for (const { origin, pathname } of urls) {
    expect(origin).toBe('https://api.test');
    expect(pathname).toMatch(/^\/v1\//);
  }
});

test('the global fetch is looked up per call, and a custom fetch is called without this', async () => {
  const contexts: unknown[] = [];
  const fetch = function (this: unknown): Promise<Response> {
    contexts.push(this);
    return Promise.resolve(new Response('{"done":true}'));
  };
  await createApiClient({ baseUrl: 'http://api.test', getToken, fetch }).call(ping);
  expect(contexts).toEqual([undefined]);
  const api = createApiClient({ baseUrl: 'http://api.test', getToken });
  vi.stubGlobal('fetch', fetch);
  await api.call(ping).finally(() => vi.unstubAllGlobals());
  expect(contexts).toHaveLength(2);
});
