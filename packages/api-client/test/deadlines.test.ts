import { getEventListeners } from 'node:events';
import { expect, test, vi } from 'vitest';
import { createApiClient, TimeoutError } from '../src/index.js';
import { after, aProblem, rejection } from './support/builders.js';
import { ping } from './support/endpoints.js';
import { aServer, type Reply } from './support/server.js';

const getToken = (): Promise<string> => Promise.resolve('token');
const never = (): Promise<never> => new Promise<never>(() => undefined);
const busy: Reply = { status: 503, headers: { 'retry-after': '60' } };
const timeoutMs = 60;

/**
 * The stages in which a call can end, by what the server and getToken() do, and how many requests
 * are sent before.
 */
const places: [string, () => Reply | Promise<Reply>, typeof getToken, number][] = [
  ['the wait for a token', () => ({}), never, 0],
  ['the wait for an answer', never, getToken, 1],
  ['the back-off', () => busy, getToken, 1],
  [
    'the wait for a refresh',
    () => aProblem(401, 'token_expired'),
    (options?: { skipCache?: boolean }) => (options?.skipCache ? never() : getToken()),
    1,
  ],
];

test.each(places)('timeoutMs ends %s with a TimeoutError', async (_place, handle, tokens) => {
  const server = await aServer(handle);
  const api = createApiClient({ baseUrl: server.url, getToken: tokens, timeoutMs });
  const started = performance.now();
  const error = await rejection(api.call(ping));
  expect(error).toBeInstanceOf(TimeoutError);
  expect(error).toHaveProperty('message', 'GET /ping took over 60 ms.');
  // The back-off alone takes 5 s.
  expect(performance.now() - started).toBeLessThan(4_000);
});

test.each(places)(
  "an abort ends %s with the signal's reason",
  async (_place, handle, tokens, requests) => {
    const server = await aServer(handle);
    const api = createApiClient({ baseUrl: server.url, getToken: tokens });
    const reason = new Error('the page is gone');
    const controller = new AbortController();
    const error = rejection(api.call(ping, {}, { signal: controller.signal }));
    await vi.waitFor(() => {
      expect(server.received).toHaveLength(requests);
    }, 60_000);
    // For the answer to arrive.
    await after(50);
    controller.abort(reason);
    expect(await error).toBe(reason);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    await after(50);
    expect(server.received).toHaveLength(requests);
  },
);

test('an abort without a reason is an AbortError, through api.users.me as well', async () => {
  const server = await aServer(never);
  const controller = new AbortController();
  const api = createApiClient({ baseUrl: server.url, getToken });
  const error = rejection(api.users.me({ signal: controller.signal }));
  await vi.waitFor(() => {
    expect(server.received).toHaveLength(1);
  }, 60_000);
  controller.abort();
  expect(await error).toHaveProperty('name', 'AbortError');
});

test('a signal that is already aborted prevents the token request and the call', async () => {
  const server = await aServer(() => ({ json: { done: true } }));
  const asked = vi.fn(getToken);
  const api = createApiClient({ baseUrl: server.url, getToken: asked });
  const signal = AbortSignal.abort('too late');
  expect(await rejection(api.call(ping, {}, { signal }))).toBe('too late');
  await after(20);
  expect(asked).not.toHaveBeenCalled();
  expect(server.received).toEqual([]);
});

test('a token that arrives after the abort is not sent', async () => {
  const server = await aServer(() => ({ json: { done: true } }));
  const slow = async (): Promise<string> => {
    await after(40);
    return 'token';
  };
  const api = createApiClient({ baseUrl: server.url, getToken: slow, timeoutMs: 10 });
  expect(await rejection(api.call(ping))).toBeInstanceOf(TimeoutError);
  await after(60);
  expect(server.received).toEqual([]);
});

test('a fetch that ignores signals still ends in time, and its late result is dropped', async () => {
  const onUnauthenticated = vi.fn();
  const fetch = async (): Promise<Response> => {
    await after(40);
    return new Response('{"code":"user_deleted"}', { status: 401 });
  };
  const baseUrl = 'http://api.test';
  const api = createApiClient({ baseUrl, getToken, onUnauthenticated, fetch, timeoutMs: 10 });
  expect(await rejection(api.call(ping))).toBeInstanceOf(TimeoutError);
  await after(60);
  expect(onUnauthenticated).not.toHaveBeenCalled();
});

test('a fetch that ignores signals is not called after an abort during the back-off', async () => {
  const fetch = vi.fn(() => Promise.resolve(new Response(null, { status: 503 })));
  const api = createApiClient({ baseUrl: 'http://api.test', getToken, fetch });
  vi.spyOn(Math, 'random').mockReturnValue(0.9);
  const controller = new AbortController();
  const error = rejection(api.call(ping, {}, { signal: controller.signal }));
  await after(30);
  controller.abort('left');
  expect(await error).toBe('left');
  await after(300);
  expect(fetch).toHaveBeenCalledTimes(1);
  vi.restoreAllMocks();
});

test('parallel calls share one listener on their signal, because Node.js warns above ten', async () => {
  const server = await aServer(never);
  const api = createApiClient({ baseUrl: server.url, getToken });
  const controller = new AbortController();
  const errors = Array.from({ length: 12 }, () =>
    rejection(api.call(ping, {}, { signal: controller.signal })),
  );
  await vi.waitFor(() => {
    expect(server.received).toHaveLength(12);
  }, 60_000);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
  controller.abort('left');
  expect(await Promise.all(errors)).toEqual(errors.map(() => 'left'));
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

test('a call that ends leaves the others of its signal abortable', async () => {
  const server = await aServer(({ headers }) =>
    headers['x-held'] === undefined ? { json: { done: true } } : never(),
  );
  const api = createApiClient({ baseUrl: server.url, getToken });
  const controller = new AbortController();
  const { signal } = controller;
  const error = rejection(api.call(ping, {}, { signal, headers: { 'x-held': '1' } }));
  await api.call(ping, {}, { signal });
  controller.abort('left');
  expect(await error).toBe('left');
});

test('a timeout longer than timers support does not fire at once', async () => {
  const server = await aServer(() => ({ json: { done: true } }));
  const api = createApiClient({
    baseUrl: server.url,
    getToken,
    timeoutMs: Infinity,
    tokenTimeoutMs: Infinity,
  });
  expect(await api.call(ping)).toEqual({ done: true });
});

test('a call leaves no timer and no listener behind', async () => {
  const server = await aServer(() => ({ json: { done: true } }));
  const started = vi.spyOn(globalThis, 'setTimeout');
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  const { signal } = new AbortController();
  await createApiClient({ baseUrl: server.url, getToken, timeoutMs: 4_321 }).call(
    ping,
    {},
    { signal },
  );
  const ours = started.mock.calls.findIndex(([, ms]) => ms === 4_321);
  expect(cleared).toHaveBeenCalledWith(started.mock.results[ours]?.value);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  vi.restoreAllMocks();
});
