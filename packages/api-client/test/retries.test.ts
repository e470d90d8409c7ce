import { describe, expect, test, vi } from 'vitest';
import { ApiError, createApiClient, NetworkError, type ApiClient } from '../src/index.js';
import { aProblem, aTokenSource, rejection } from './support/builders.js';
import {
  addThing,
  dropThings,
  headPing,
  patchThing,
  ping,
  putThing,
  upload,
} from './support/endpoints.js';
import { aClosedUrl, aServer, type Reply, type Server } from './support/server.js';

const getToken = (): Promise<string> => Promise.resolve('token');
const done = { json: { done: true } };
const body = { name: 'x' };
const failures: [string, Reply][] = [
  ['a 503', aProblem(503, 'sync_unavailable')],
  ['no answer', { cut: 'before' }],
  ['half an answer', { cut: 'midway', json: { done: true } }],
];

/** A client of a server that fails the given number of times and then succeeds. */
async function aClientOf(
  failure: Reply,
  times: number,
): Promise<{ server: Server; api: ApiClient }> {
  const server = await aServer(({ method }) => {
    if (server.received.length <= times) return failure;
    return method === 'HEAD' || method === 'DELETE' ? { status: 204 } : done;
  });
  return { server, api: createApiClient({ baseUrl: server.url, getToken }) };
}

describe.each(failures)('after %s', (_what, failure) => {
  test('GET, PUT and DELETE are retried twice, with the same body', async () => {
    const get = await aClientOf(failure, 2);
    expect(await get.api.call(ping)).toEqual({ done: true });
    const put = await aClientOf(failure, 2);
    expect(await put.api.call(putThing, { body })).toEqual({ done: true });
    expect(put.server.received.map((request) => request.body)).toEqual(
      Array.from({ length: 3 }, () => '{"name":"x"}'),
    );
    const drop = await aClientOf(failure, 2);
    await expect(drop.api.call(dropThings)).resolves.toBeUndefined();
    expect(get.server.received).toHaveLength(3);
    expect(drop.server.received).toHaveLength(3);
  });

  test('POST and PATCH are not retried', async () => {
    const { server, api } = await aClientOf(failure, 1);
    await rejection(api.call(addThing, { body }));
    expect(server.received).toHaveLength(1);
    const other = await aClientOf(failure, 1);
    await rejection(other.api.call(patchThing, { body }));
    expect(other.server.received).toHaveLength(1);
  });

  test('a stream is not retried', async () => {
    const { server } = await aClientOf(failure, 1);
    const fetch = vi.fn(globalThis.fetch);
    const api = createApiClient({ baseUrl: server.url, getToken, fetch });
    await rejection(api.call(upload, { body: new Blob(['bytes']).stream() }));
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('a third failure is an error', async () => {
    const { server, api } = await aClientOf(failure, 9);
    await rejection(api.call(ping));
    expect(server.received).toHaveLength(3);
  });
});

test('HEAD is retried after a 503', async () => {
  const { server, api } = await aClientOf({ status: 503 }, 2);
  await expect(api.call(headPing)).resolves.toBeUndefined();
  expect(server.received).toHaveLength(3);
});

test('a form is retried', async () => {
  const { server, api } = await aClientOf({ status: 503 }, 1);
  const form = new FormData();
  form.set('name', 'Ada');
  expect(await api.call(upload, { body: form })).toEqual({ done: true });
  expect(server.received[1]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  expect(server.received[1]?.body).toContain('Ada');
});

test('a file is retried with its content type', async () => {
  const { server, api } = await aClientOf({ status: 503 }, 1);
  const file = new Blob(['bytes'], { type: 'image/png' });
  expect(await api.call(upload, { body: file })).toEqual({ done: true });
  expect(server.received[1]).toMatchObject({ body: 'bytes' });
  expect(server.received[1]?.headers['content-type']).toBe('image/png');
});

test('a persistent 503 is an ApiError with its code, not a sign-out', async () => {
  const server = await aServer(() => aProblem(503, 'auth_unavailable'));
  const onUnauthenticated = vi.fn();
  const api = createApiClient({ baseUrl: server.url, getToken, onUnauthenticated });
  const error = await rejection(api.call(ping));
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 503, code: 'auth_unavailable', requestId: 'request-1' });
  expect(onUnauthenticated).not.toHaveBeenCalled();
});

test('an unreachable API is a NetworkError with its cause', async () => {
  const api = createApiClient({ baseUrl: await aClosedUrl(), getToken });
  const error = await rejection(api.call(ping));
  expect(error).toBeInstanceOf(NetworkError);
  expect(error).toHaveProperty('cause.cause.code', 'ECONNREFUSED');
});

test.each([500, 501, 408, 404])('a %i is not retried', async (status) => {
  const { server, api } = await aClientOf({ status }, 1);
  expect(await rejection(api.call(ping))).toMatchObject({ status, code: 'unknown_error' });
  expect(server.received).toHaveLength(1);
});

test.each([429, 502, 504])('a %i is retried like a 503', async (status) => {
  const { server, api } = await aClientOf({ status }, 2);
  expect(await api.call(ping)).toEqual({ done: true });
  expect(server.received).toHaveLength(3);
  const post = await aClientOf({ status }, 1);
  expect(await rejection(post.api.call(addThing, { body }))).toMatchObject({ status });
  expect(post.server.received).toHaveLength(1);
});

test.each([
  [429, '7', 7_000],
  [503, '3600', 3_600_000],
  [413, '0', 0],
  [503, 'soon', undefined],
])('a %i with Retry-After %j has the retryAfterMs %s', async (status, header, expected) => {
  const { api } = await aClientOf({ status, headers: { 'retry-after': header } }, 1);
  const error = await rejection(api.call(addThing, { body }));
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toHaveProperty('retryAfterMs', expected);
});

test('Retry-After is honoured', async () => {
  const times: number[] = [];
  const server = await aServer(() => {
    times.push(performance.now());
    return times.length > 1 ? done : { status: 503, headers: { 'retry-after': '1' } };
  });
  await createApiClient({ baseUrl: server.url, getToken }).call(ping);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(995);
});

test('getToken() is called once per call, not per attempt', async () => {
  const { server } = await aClientOf({ status: 503 }, 2);
  const asked = vi.fn(getToken);
  await createApiClient({ baseUrl: server.url, getToken: asked }).call(ping);
  expect(asked).toHaveBeenCalledTimes(1);
});

test('retries before and after a refresh count together', async () => {
  const replies = [503, 401, 503, 503, 200].map((status) =>
    status === 200 ? done : aProblem(status, 'token_expired'),
  );
  const server = await aServer(() => replies[server.received.length - 1] ?? done);
  const { getToken } = aTokenSource((fresh) => (fresh ? 'new' : 'old'));
  const api = createApiClient({ baseUrl: server.url, getToken });
  expect(await rejection(api.call(ping))).toMatchObject({ status: 503 });
  expect(server.received).toHaveLength(4);
});
