import { defineEndpoint } from '@populatte/contracts';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { ApiError, ContractError, createApiClient } from '../src/index.js';
import { aProblem, aUser, rejection } from './support/builders.js';
import { addThing, ping } from './support/endpoints.js';
import { aServer } from './support/server.js';

const getToken = (): Promise<string> => Promise.resolve('token');
const response = z.object({ done: z.literal(true) });
const done = { json: { done: true } };

test("a call's headers are sent with every attempt", async () => {
  const server = await aServer(() => (server.received.length === 1 ? { status: 503 } : done));
  const api = createApiClient({ baseUrl: server.url, getToken });
  await api.call(ping, {}, { headers: { 'X-Request-Id': 'r-1', 'Accept-Language': 'nl' } });
  for (const { headers, token } of server.received) {
    expect(headers).toMatchObject({ 'x-request-id': 'r-1', 'accept-language': 'nl' });
    expect(headers.accept).toBe('application/json');
    expect(token).toBe('token');
  }
  expect(server.received).toHaveLength(2);
});

test.each<[string, HeadersInit]>([
  ['an object', { AUTHORIZATION: 'Bearer other' }],
  ['a list', [['authorization', 'Bearer other']]],
  ['Headers', new Headers({ Authorization: 'Basic other' })],
])(
  "Authorization is always the client's, even if the call sets it as %s",
  async (_what, headers) => {
    const server = await aServer(() => ({ json: aUser() }));
    const api = createApiClient({ baseUrl: server.url, getToken });
    await api.users.me({ headers });
    expect(server.received[0]?.headers.authorization).toBe('Bearer token');
  },
);

test("a call's headers may replace Accept and Content-Type", async () => {
  const server = await aServer(() => done);
  const api = createApiClient({ baseUrl: server.url, getToken });
  const headers = { Accept: 'application/x', 'Content-Type': 'application/merge-patch+json' };
  await api.call(addThing, { body: { name: 'x' } }, { headers });
  expect(server.received[0]?.headers).toMatchObject({
    accept: 'application/x',
    'content-type': 'application/merge-patch+json',
  });
});

test('a header that is undefined or null is not sent, like a query parameter', async () => {
  const server = await aServer(() => ({ json: aUser() }));
  const api = createApiClient({ baseUrl: server.url, getToken });
  await api.users.me({ headers: { 'x-a': undefined, 'x-b': null, 'x-c': '', accept: undefined } });
  const sent = server.received[0]?.headers ?? {};
  expect(sent).toMatchObject({ 'x-c': '', accept: 'application/json' });
  expect(Object.keys(sent)).not.toContain('x-a');
  expect(Object.keys(sent)).not.toContain('x-b');
});

test.each<[string, HeadersInit]>([
  ['a list', [['x-a', 'a']]],
  ['Headers', new Headers({ 'x-a': 'a' })],
])('headers may be %s', async (_what, headers) => {
  const server = await aServer(() => ({ json: aUser() }));
  const api = createApiClient({ baseUrl: server.url, getToken });
  await api.users.me({ headers });
  expect(server.received[0]?.headers['x-a']).toBe('a');
});

test.each([{ 'x-a': 'secret\nvalue' }, { 'secret name': 'x' }])(
  'a header that cannot be sent is a ContractError that does not quote it: %j',
  async (headers) => {
    const fetch = vi.fn();
    const api = createApiClient({ baseUrl: 'http://api.test', getToken, fetch });
    const error = await rejection(api.users.me({ headers }));
    expect(error).toBeInstanceOf(ContractError);
    expect(String(error)).not.toContain('secret');
    expect(fetch).not.toHaveBeenCalled();
  },
);

test('call.raw resolves to the parsed data and the response', async () => {
  const server = await aServer(() => ({
    ...{ status: 201, json: { done: true, more: 1 } },
    headers: { 'x-request-id': 'r-1', etag: '"7"' },
  }));
  const api = createApiClient({ baseUrl: server.url, getToken });
  const raw = await api.call.raw(addThing, { body: { name: 'x' } });
  expect(raw.data).toEqual({ done: true });
  expect(raw.response.status).toBe(201);
  expect(raw.response.headers.get('etag')).toBe('"7"');
  expect((await api.call.raw(ping)).data).toEqual({ done: true });
});

test('call.raw rejects like call and takes the same options', async () => {
  const server = await aServer(() => aProblem(404, 'not_found'));
  const api = createApiClient({ baseUrl: server.url, getToken });
  expect(await rejection(api.call.raw(ping))).toBeInstanceOf(ApiError);
  const signal = AbortSignal.abort('left');
  expect(await rejection(api.call.raw(ping, {}, { signal }))).toBe('left');
});

test('an endpoint with only optional input can be called without input', async () => {
  const server = await aServer(() => done);
  const api = createApiClient({ baseUrl: server.url, getToken });
  const list = defineEndpoint({
    method: 'GET',
    path: '/list',
    query: z.object({ page: z.number().optional() }),
    response,
  });
  const search = defineEndpoint({
    method: 'POST',
    path: '/search',
    query: z.object({ page: z.number().default(1) }),
    body: z.object({ text: z.string().optional() }),
    response,
  });
  const note = defineEndpoint({
    method: 'POST',
    path: '/note',
    body: z.object({ text: z.string() }).optional(),
    response,
  });
  await api.call(list);
  await api.call(list, {}, { headers: { 'x-a': '1' } });
  await api.call(list, { query: { page: 2 } });
  await api.call(search);
  await api.call(search, { query: { page: 2 } });
  await api.call(note);
  await api.call.raw(note, undefined, {});
  expect(server.received.map(({ path, body }) => `${path} ${body}`)).toEqual([
    ...['/list ', '/list ', '/list?page=2 '],
    // The API's schema requires the object, but none of its members.
    ...['/search {}', '/search?page=2 {}', '/note ', '/note '],
  ]);
});
