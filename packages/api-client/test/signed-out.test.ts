import { expect, test, vi } from 'vitest';
import { createApiClient, NotSignedInError, UnauthenticatedError } from '../src/index.js';
import { after, aGate, aProblem, aTokenSource, rejection } from './support/builders.js';
import { headPing, ping } from './support/endpoints.js';
import { aServer, type Reply } from './support/server.js';

const done = { json: { done: true } };
const ten = Array.from({ length: 10 });

test.each(['token_missing', 'session_ended', 'user_banned', 'user_deleted', 'user_unknown'])(
  'a 401 %s is an UnauthenticatedError without a refresh, and calls onUnauthenticated once',
  async (code) => {
    const server = await aServer(() => aProblem(401, code));
    const source = aTokenSource(() => 'token');
    const onUnauthenticated = vi.fn();
    const { url: baseUrl } = server;
    const api = createApiClient({ baseUrl, getToken: source.getToken, onUnauthenticated });
    const error = await rejection(api.call(ping));
    expect(error).toBeInstanceOf(UnauthenticatedError);
    expect(error).toMatchObject({ code, status: 401, requestId: 'request-1' });
    expect(onUnauthenticated.mock.calls).toEqual([[error]]);
    expect(server.received).toHaveLength(1);
    expect(source.refreshes()).toBe(0);
  },
);

const nobodysFault: [string, Reply, string][] = [
  ["a gateway's login page", { text: '<h1>Sign in</h1>' }, 'unknown_error'],
  ['no body', { text: '' }, 'unknown_error'],
  ["a gateway's JSON without a code", { json: { message: 'no' } }, 'unknown_error'],
  ['JSON null', { json: null }, 'unknown_error'],
  ['a code of the wrong type', { json: { code: 7 } }, 'unknown_error'],
  ["another system's code", { json: { code: 'UNAUTHORIZED' } }, 'UNAUTHORIZED'],
  ['a code from the future', aProblem(401, 'from_the_future'), 'from_the_future'],
  ['a code for another status', aProblem(401, 'not_found'), 'not_found'],
  ['a pending task of the session', aProblem(401, 'session_pending'), 'session_pending'],
];

test.each(nobodysFault)(
  'a 401 with %s is an ApiError, not a sign-out',
  async (_what, reply, code) => {
    const server = await aServer(() => ({ ...reply, status: 401 }));
    const source = aTokenSource((fresh) => (fresh ? 'new' : 'old'));
    const onUnauthenticated = vi.fn();
    const { url: baseUrl } = server;
    const api = createApiClient({ baseUrl, getToken: source.getToken, onUnauthenticated });
    const error = await rejection(api.call(ping));
    expect(error).toMatchObject({ name: 'ApiError', status: 401, code });
    expect(error).not.toBeInstanceOf(UnauthenticatedError);
    expect(onUnauthenticated).not.toHaveBeenCalled();
    expect(source.refreshes()).toBe(0);
  },
);

test("a gateway's 401 after the refresh is not a sign-out either", async () => {
  const server = await aServer(({ token }) =>
    token === 'new' ? { status: 401, text: '<h1>401</h1>' } : aProblem(401, 'token_expired'),
  );
  const { getToken } = aTokenSource((fresh) => (fresh ? 'new' : 'old'));
  const onUnauthenticated = vi.fn();
  const api = createApiClient({ baseUrl: server.url, getToken, onUnauthenticated });
  expect(await rejection(api.call(ping))).toMatchObject({ name: 'ApiError', status: 401 });
  expect(onUnauthenticated).not.toHaveBeenCalled();
});

test('a 401 to a HEAD, which has no code even after the refresh, is not a sign-out', async () => {
  const server = await aServer(() => ({ status: 401 }));
  const { getToken } = aTokenSource((fresh) => (fresh ? 'new' : 'old'));
  const onUnauthenticated = vi.fn();
  const api = createApiClient({ baseUrl: server.url, getToken, onUnauthenticated });
  expect(await rejection(api.call(headPing))).toMatchObject({ name: 'ApiError', status: 401 });
  expect(server.received).toHaveLength(2);
  expect(onUnauthenticated).not.toHaveBeenCalled();
});

test.each([403, 404, 500])('a %i with the code user_deleted is not a sign-out', async (status) => {
  const server = await aServer(() => aProblem(status, 'user_deleted'));
  const { getToken } = aTokenSource(() => 'token');
  const onUnauthenticated = vi.fn();
  const api = createApiClient({ baseUrl: server.url, getToken, onUnauthenticated });
  expect(await rejection(api.call(ping))).toMatchObject({ name: 'ApiError', status });
  expect(onUnauthenticated).not.toHaveBeenCalled();
});

test('a fresh token equal to the refused token is not sent: the session is lost', async () => {
  const server = await aServer(() => aProblem(401, 'token_expired'));
  const source = aTokenSource(() => 'same');
  const onUnauthenticated = vi.fn();
  const { url: baseUrl } = server;
  const api = createApiClient({ baseUrl, getToken: source.getToken, onUnauthenticated });
  const error = await rejection(api.call(ping));
  expect(error).toMatchObject({ name: 'UnauthenticatedError', code: 'token_expired' });
  expect(server.received).toHaveLength(1);
  expect(source.refreshes()).toBe(1);
  expect(onUnauthenticated).toHaveBeenCalledTimes(1);
});

test('a second 401, after the refresh, is an UnauthenticatedError with its code', async () => {
  const server = await aServer(({ token }) =>
    aProblem(401, token === 'new' ? 'token_invalid' : 'token_expired'),
  );
  const { getToken } = aTokenSource((fresh) => (fresh ? 'new' : 'old'));
  const onUnauthenticated = vi.fn();
  const api = createApiClient({ baseUrl: server.url, getToken, onUnauthenticated });
  const error = await rejection(api.call(ping));
  expect(error).toBeInstanceOf(UnauthenticatedError);
  expect(error).toHaveProperty('code', 'token_invalid');
  expect(server.received).toHaveLength(2);
  expect(onUnauthenticated).toHaveBeenCalledTimes(1);
});

test('a refresh that returns null is an UnauthenticatedError with the code of the 401', async () => {
  const server = await aServer(() => aProblem(401, 'token_expired'));
  const { getToken } = aTokenSource((fresh) => (fresh ? null : 'old'));
  const onUnauthenticated = vi.fn();
  const api = createApiClient({ baseUrl: server.url, getToken, onUnauthenticated });
  const errors = await Promise.all(ten.map(() => rejection(api.call(ping))));
  for (const error of errors) {
    expect(error).toMatchObject({ name: 'UnauthenticatedError', code: 'token_expired' });
  }
  expect(server.received).toHaveLength(10);
  expect(onUnauthenticated).toHaveBeenCalledTimes(1);
});

test.each(['user_deleted', 'token_expired'])(
  'ten parallel calls that end with %s call onUnauthenticated once',
  async (code) => {
    const server = await aServer(async () => {
      await after(Math.random() * 20);
      return aProblem(401, code);
    });
    const source = aTokenSource((fresh, asked) => `${String(fresh)}-${String(asked)}`);
    const onUnauthenticated = vi.fn();
    const { url: baseUrl } = server;
    const api = createApiClient({ baseUrl, getToken: source.getToken, onUnauthenticated });
    await Promise.all(ten.map(() => rejection(api.call(ping))));
    expect(onUnauthenticated).toHaveBeenCalledTimes(1);
  },
);

test('further calls of a lost session do not call onUnauthenticated again, regardless of the result of a refresh', async () => {
  const server = await aServer(() => aProblem(401, 'token_expired'));
  let cached = 'old';
  const { getToken } = aTokenSource((fresh, asked) => {
    if (fresh) cached = `new-${String(asked)}`;
    return cached;
  });
  const onUnauthenticated = vi.fn();
  const api = createApiClient({ baseUrl: server.url, getToken, onUnauthenticated });
  for (const _ of [1, 2, 3]) await rejection(api.call(ping));
  expect(onUnauthenticated).toHaveBeenCalledTimes(1);
});

test('a later session that is lost calls onUnauthenticated again, even without a successful response', async () => {
  const server = await aServer(() => aProblem(401, 'user_deleted'));
  let token: string | null = 'ada';
  const onUnauthenticated = vi.fn();
  const getToken = (): Promise<string | null> => Promise.resolve(token);
  const api = createApiClient({ baseUrl: server.url, getToken, onUnauthenticated });
  await rejection(api.call(ping));
  token = null;
  expect(await rejection(api.call(ping))).toBeInstanceOf(NotSignedInError);
  token = 'bob';
  await rejection(api.call(ping));
  await rejection(api.call(ping));
  expect(onUnauthenticated).toHaveBeenCalledTimes(2);
});

test('a session that the API accepts again and then ends calls onUnauthenticated again', async () => {
  let reply: Reply = aProblem(401, 'user_unknown');
  const server = await aServer(() => reply);
  const onUnauthenticated = vi.fn();
  const { getToken } = aTokenSource(() => 'same');
  const api = createApiClient({ baseUrl: server.url, getToken, onUnauthenticated });
  await rejection(api.call(ping));
  reply = done;
  await api.call(ping);
  reply = aProblem(401, 'user_unknown');
  await rejection(api.call(ping));
  expect(onUnauthenticated).toHaveBeenCalledTimes(2);
});

test.each([
  [
    'throws',
    () => {
      throw new Error('from the handler');
    },
  ],
  ['rejects', () => Promise.reject(new Error('from the handler'))],
])(
  "an onUnauthenticated that %s does not hide the call's error",
  async (_how, onUnauthenticated) => {
    const server = await aServer(() => aProblem(401, 'user_deleted'));
    const { getToken } = aTokenSource(() => 'token');
    const api = createApiClient({ baseUrl: server.url, getToken, onUnauthenticated });
    expect(await rejection(api.call(ping))).toBeInstanceOf(UnauthenticatedError);
  },
);

test('a late success of a call from before the loss does not call onUnauthenticated again', async () => {
  const gates = [aGate(), aGate(), aGate()];
  const server = await aServer(async () => {
    const turn = server.received.length - 1;
    await gates[turn]?.opened;
    return turn === 1 ? done : aProblem(401, 'user_deleted');
  });
  const onUnauthenticated = vi.fn();
  const { getToken } = aTokenSource(() => 'token');
  const api = createApiClient({ baseUrl: server.url, getToken, onUnauthenticated });
  const calls = gates.map(() => api.call(ping).catch(() => 'refused'));
  await vi.waitFor(() => {
    expect(server.received).toHaveLength(3);
  }, 60_000);
  let open = 0;
  for (const gate of gates) {
    gate.open();
    open += 1;
    const wanted = open;
    await vi.waitFor(async () => {
      const settled = await Promise.all(
        calls.map((call) => Promise.race([call.then(() => 1), after(5).then(() => 0)])),
      );
      expect(settled.filter((one) => one === 1)).toHaveLength(wanted);
    }, 60_000);
  }
  await rejection(api.call(ping));
  expect(onUnauthenticated).toHaveBeenCalledTimes(1);
});
