import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createApiClient, NetworkError, NotSignedInError, TimeoutError } from '../src/index.js';
import { after, aTokenSource, aUser, rejection } from './support/builders.js';
import { aServer } from './support/server.js';

test('getToken() is called without options for each call, and its token is sent as a bearer token', async () => {
  const server = await aServer(() => ({ json: aUser() }));
  const getToken = vi.fn(() => Promise.resolve(`token-${String(getToken.mock.calls.length)}`));
  const api = createApiClient({ baseUrl: server.url, getToken });
  expect(await api.users.me()).toEqual(aUser());
  await api.users.me();
  expect(server.received.map(({ token }) => token)).toEqual(['token-1', 'token-2']);
  expect(getToken.mock.calls).toEqual([[], []]);
});

test.each([null, undefined, '', '  ', 'no\nheader'])(
  'the token %j is a NotSignedInError, and nothing is sent',
  async (token) => {
    const server = await aServer(() => ({ json: aUser() }));
    const onUnauthenticated = vi.fn();
    const getToken = (): Promise<string | null> => Promise.resolve(token as string | null);
    const api = createApiClient({ baseUrl: server.url, getToken, onUnauthenticated });
    expect(await rejection(api.users.me())).toBeInstanceOf(NotSignedInError);
    expect(server.received).toEqual([]);
    expect(onUnauthenticated).not.toHaveBeenCalled();
  },
);

test.each([
  ['rejects', () => Promise.reject(new Error('offline'))],
  [
    'throws',
    () => {
      throw new Error('offline');
    },
  ],
])(
  'a getToken() that %s is a NetworkError with its cause, and nothing is sent',
  async (_how, getToken) => {
    const server = await aServer(() => ({ json: aUser() }));
    const onUnauthenticated = vi.fn();
    const api = createApiClient({ baseUrl: server.url, getToken, onUnauthenticated });
    const error = await rejection(api.users.me());
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toHaveProperty('cause', new Error('offline'));
    expect(server.received).toEqual([]);
    expect(onUnauthenticated).not.toHaveBeenCalled();
  },
);

test('a getToken() that takes longer than tokenTimeoutMs is a TimeoutError, even if it fails later', async () => {
  const server = await aServer(() => ({ json: aUser() }));
  const getToken = async (): Promise<never> => {
    await after(60);
    throw new Error('too late for anyone');
  };
  const api = createApiClient({ baseUrl: server.url, getToken, tokenTimeoutMs: 20 });
  const error = await rejection(api.users.me());
  expect(error).toBeInstanceOf(TimeoutError);
  expect(error).toHaveProperty('message', 'No token within 20 ms.');
  await after(60);
  expect(server.received).toEqual([]);
});

test('two clients share nothing: each has its own refreshes and tokens', async () => {
  const server = await aServer(({ token }) =>
    token.endsWith('fresh')
      ? { json: aUser({ clerkId: token }) }
      : { status: 401, json: { code: 'token_expired' } },
  );
  const sources = ['ada', 'bob'].map((who) =>
    aTokenSource(async (fresh) => {
      await setImmediate();
      return `${who}-${fresh ? 'fresh' : 'old'}`;
    }),
  );
  const users = await Promise.all(
    sources.map(({ getToken }) => createApiClient({ baseUrl: server.url, getToken }).users.me()),
  );
  expect(users.map(({ clerkId }) => clerkId)).toEqual(['ada-fresh', 'bob-fresh']);
  expect(sources.map(({ refreshes }) => refreshes())).toEqual([1, 1]);
});
