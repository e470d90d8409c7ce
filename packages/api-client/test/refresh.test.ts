import { expect, test, vi } from 'vitest';
import {
  ApiError,
  createApiClient,
  NetworkError,
  TimeoutError,
  UnauthenticatedError,
} from '../src/index.js';
import { aGate, after, aProblem, aTokenSource, rejection } from './support/builders.js';
import { addThing, headPing, ping, upload } from './support/endpoints.js';
import { aServer, type Received, type Reply } from './support/server.js';

const done = { json: { done: true } };
const onlyFor =
  (...tokens: string[]) =>
  ({ token }: Received): Reply =>
    tokens.includes(token) ? done : aProblem(401, 'token_expired');
const ten = Array.from({ length: 10 });

test.each(['token_expired', 'token_not_active', 'token_invalid'])(
  'a 401 %s causes one refresh and one retry, even for a POST',
  async (code) => {
    const server = await aServer(({ token }) => (token === 'new' ? done : aProblem(401, code)));
    const getToken = vi.fn((options?: { skipCache?: boolean }) =>
      Promise.resolve(options?.skipCache === true ? 'new' : 'old'),
    );
    const onUnauthenticated = vi.fn();
    const api = createApiClient({ baseUrl: server.url, getToken, onUnauthenticated });
    expect(await api.call(addThing, { body: { name: 'x' } })).toEqual({ done: true });
    expect(server.received.map(({ token, body }) => [token, body])).toEqual([
      ['old', '{"name":"x"}'],
      ['new', '{"name":"x"}'],
    ]);
    expect(getToken.mock.calls).toEqual([[], [{ skipCache: true }]]);
    expect(onUnauthenticated).not.toHaveBeenCalled();
  },
);

test('a 401 to a HEAD, whose response has no code, causes one refresh and one retry as well', async () => {
  const server = await aServer(({ token }) => (token === 'new' ? {} : { status: 401 }));
  const { getToken } = aTokenSource((fresh) => (fresh ? 'new' : 'old'));
  const api = createApiClient({ baseUrl: server.url, getToken });
  await expect(api.call(headPing)).resolves.toBeUndefined();
});

test('ten parallel 401s share exactly one refresh, and each is retried once', async () => {
  const server = await aServer(onlyFor('new'));
  const source = aTokenSource(async (fresh) => {
    if (fresh) await after(30);
    return fresh ? 'new' : 'old';
  });
  const api = createApiClient({ baseUrl: server.url, getToken: source.getToken });
  const answers = await Promise.all(ten.map(() => api.call(ping)));
  expect(answers).toEqual(ten.map(() => ({ done: true })));
  expect(source.refreshes()).toBe(1);
  expect(server.received).toHaveLength(20);
});

test('ten parallel 401s share one refresh even if it ends before the responses and returns the same token', async () => {
  const server = await aServer(async () => {
    await after(Math.random() * 30);
    return aProblem(401, 'token_expired');
  });
  const source = aTokenSource(() => 'same');
  const onUnauthenticated = vi.fn();
  const { url: baseUrl } = server;
  const api = createApiClient({ baseUrl, getToken: source.getToken, onUnauthenticated });
  const errors = await Promise.all(ten.map(() => rejection(api.call(ping))));
  expect(errors.every((error) => error instanceof UnauthenticatedError)).toBe(true);
  expect(source.refreshes()).toBe(1);
  expect(server.received).toHaveLength(10);
  expect(onUnauthenticated).toHaveBeenCalledTimes(1);
});

test('a call whose 401 arrives after the refresh reuses the fresh token', async () => {
  const gate = aGate();
  const server = await aServer(async ({ token }) => {
    if (token === 'old' && server.received.length === 1) await gate.opened;
    return onlyFor('new')({ token } as Received);
  });
  const source = aTokenSource((fresh) => (fresh ? 'new' : 'old'));
  const api = createApiClient({ baseUrl: server.url, getToken: source.getToken });
  const straggler = api.call(ping);
  await vi.waitFor(() => {
    expect(server.received).toHaveLength(1);
  }, 60_000);
  await api.call(ping);
  gate.open();
  expect(await straggler).toEqual({ done: true });
  expect(source.refreshes()).toBe(1);
  expect(source.plain()).toBe(2);
});

test('a call whose getToken() was slow also reuses the newest token', async () => {
  const gate = aGate();
  const server = await aServer(onlyFor('new'));
  const source = aTokenSource(async (fresh, asked) => {
    if (!fresh && asked === 1) await gate.opened;
    return fresh ? 'new' : `old-${String(asked)}`;
  });
  const api = createApiClient({ baseUrl: server.url, getToken: source.getToken });
  const straggler = api.call(ping);
  await api.call(ping);
  gate.open();
  await straggler;
  expect(source.refreshes()).toBe(1);
  expect(server.received.map(({ token }) => token)).toEqual(['old-2', 'new', 'old-1', 'new']);
});

test('a call that gets an old token again reuses the newest token without a refresh', async () => {
  const server = await aServer(onlyFor('new'));
  const source = aTokenSource((fresh) => (fresh ? 'new' : 'old'));
  const api = createApiClient({ baseUrl: server.url, getToken: source.getToken });
  await api.call(ping);
  await api.call(ping);
  expect(source.refreshes()).toBe(1);
});

test('a 401 to a token that getToken() renewed causes a refresh', async () => {
  let accepted = 'new-1';
  let cached = 'old';
  const server = await aServer(({ token }) => onlyFor(accepted)({ token } as Received));
  const source = aTokenSource((fresh, asked) => (fresh ? `new-${String(asked)}` : cached));
  const api = createApiClient({ baseUrl: server.url, getToken: source.getToken });
  await api.call(ping);
  cached = 'renewed-by-clerk';
  accepted = 'new-2';
  await api.call(ping);
  expect(server.received.map(({ token }) => token)).toEqual([
    'old',
    'new-1',
    'renewed-by-clerk',
    'new-2',
  ]);
});

test('a refreshed token that is refused later causes another refresh', async () => {
  let accepted = 'new-1';
  let cached = 'old';
  const server = await aServer(({ token }) => onlyFor(accepted)({ token } as Received));
  const source = aTokenSource((fresh, asked) => {
    if (fresh) cached = `new-${String(asked)}`;
    return cached;
  });
  const api = createApiClient({ baseUrl: server.url, getToken: source.getToken });
  await api.call(ping);
  await api.call(ping);
  accepted = 'new-2';
  await api.call(ping);
  expect(source.refreshes()).toBe(2);
  expect(server.received).toHaveLength(5);
});

test('a refreshed token that was refused is not reused: the next call refreshes again', async () => {
  const server = await aServer(onlyFor('new-2'));
  const source = aTokenSource((fresh, asked) => (fresh ? `new-${String(asked)}` : 'old'));
  const api = createApiClient({ baseUrl: server.url, getToken: source.getToken });
  expect(await rejection(api.call(ping))).toBeInstanceOf(UnauthenticatedError);
  expect(await api.call(ping)).toEqual({ done: true });
});

test('a refresh that fails without a network is a NetworkError, not a sign-out, and the next call retries it', async () => {
  const server = await aServer(onlyFor('new'));
  const onUnauthenticated = vi.fn();
  const source = aTokenSource((fresh, asked) => {
    if (fresh && asked === 1) throw new Error('offline');
    return fresh ? 'new' : 'old';
  });
  const { url: baseUrl } = server;
  const api = createApiClient({ baseUrl, getToken: source.getToken, onUnauthenticated });
  expect(await rejection(api.call(ping))).toBeInstanceOf(NetworkError);
  expect(onUnauthenticated).not.toHaveBeenCalled();
  expect(await api.call(ping)).toEqual({ done: true });
});

test('a refresh that takes longer than tokenTimeoutMs is a TimeoutError, not a sign-out', async () => {
  const server = await aServer(onlyFor('new'));
  const onUnauthenticated = vi.fn();
  const { getToken } = aTokenSource((fresh) => (fresh ? new Promise(() => undefined) : 'old'));
  const { url: baseUrl } = server;
  const api = createApiClient({ baseUrl, getToken, onUnauthenticated, tokenTimeoutMs: 30 });
  expect(await rejection(api.call(ping))).toBeInstanceOf(TimeoutError);
  expect(onUnauthenticated).not.toHaveBeenCalled();
});

test("one caller's abort ends neither the shared refresh nor the other calls", async () => {
  const gate = aGate();
  const server = await aServer(onlyFor('new'));
  const source = aTokenSource(async (fresh) => {
    if (fresh) await gate.opened;
    return fresh ? 'new' : 'old';
  });
  const api = createApiClient({ baseUrl: server.url, getToken: source.getToken });
  const leaving = new AbortController();
  const left = rejection(api.call(ping, {}, { signal: leaving.signal }));
  await vi.waitFor(() => {
    expect(source.refreshes()).toBe(1);
  }, 60_000);
  const staying = api.call(ping);
  await vi.waitFor(() => {
    expect(server.received).toHaveLength(2);
  }, 60_000);
  leaving.abort();
  expect(await left).toHaveProperty('name', 'AbortError');
  gate.open();
  expect(await staying).toEqual({ done: true });
  expect(source.refreshes()).toBe(1);
});

test('a stream is not sent twice: its 401 causes a refresh and is an ApiError, not a sign-out', async () => {
  const server = await aServer(onlyFor('new'));
  const onUnauthenticated = vi.fn();
  const source = aTokenSource((fresh) => (fresh ? 'new' : 'old'));
  const { url: baseUrl } = server;
  const api = createApiClient({ baseUrl, getToken: source.getToken, onUnauthenticated });
  const error = await rejection(api.call(upload, { body: new Blob(['bytes']).stream() }));
  expect(error).toBeInstanceOf(ApiError);
  expect(error).not.toBeInstanceOf(UnauthenticatedError);
  expect(error).toMatchObject({ status: 401, code: 'token_expired' });
  expect(server.received.map(({ body }) => body)).toEqual(['bytes']);
  expect(source.refreshes()).toBe(1);
  expect(onUnauthenticated).not.toHaveBeenCalled();
});

test('a late call does not reuse a refreshed token that was refused since', async () => {
  const gate = aGate();
  let accepted = 'new-1';
  const server = await aServer(async ({ token }) => {
    if (server.received.length === 1) await gate.opened;
    return onlyFor(accepted)({ token } as Received);
  });
  let cached = 'old';
  const source = aTokenSource((fresh, asked) => {
    if (fresh && asked === 2) throw new Error('offline');
    if (fresh) cached = `new-${String(asked)}`;
    return cached;
  });
  const api = createApiClient({ baseUrl: server.url, getToken: source.getToken });
  const straggler = api.call(ping);
  await vi.waitFor(() => {
    expect(server.received).toHaveLength(1);
  }, 60_000);
  await api.call(ping);
  accepted = 'new-3';
  expect(await rejection(api.call(ping))).toBeInstanceOf(NetworkError);
  gate.open();
  expect(await straggler).toEqual({ done: true });
});
