import { defineEndpoint } from '@populatte/contracts';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { ContractError, createApiClient } from '../src/index.js';
import { rejection } from './support/builders.js';
import { ping } from './support/endpoints.js';
import { aServer } from './support/server.js';

const getToken = (): Promise<string> => Promise.resolve('token');
const done = { json: { done: true } };
const put = defineEndpoint({
  method: 'PUT',
  path: '/any',
  body: z.unknown(),
  response: z.object({ done: z.literal(true) }),
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a fetch that knows only its own Headers, such as whatwg-fetch, sends the token', async () => {
  const server = await aServer(() => done);
  const fetch = (url: string, { headers = {}, ...init }: RequestInit): Promise<Response> =>
    globalThis.fetch(url, {
      ...init,
      headers: Object.getOwnPropertyNames(headers).map((name): [string, string] => [
        name,
        String(Reflect.get(headers, name)),
      ]),
    });
  const api = createApiClient({ baseUrl: server.url, getToken, fetch });
  const given: [string, string][] = [
    ['X-A', '1'],
    ['x-a', '2'],
  ];
  await api.call(ping, {}, { headers: given });
  await api.call(ping, {}, { headers: new Headers(given) });
  for (const { headers, token } of server.received) {
    expect(token).toBe('token');
    expect(headers).toMatchObject({ accept: 'application/json', 'x-a': '1, 2' });
  }
  expect(server.received).toHaveLength(2);
});

/** Node.js since version 24: its fetch refuses the signals of jsdom, which replaces AbortController. */
function stubSignals(): void {
  const { fetch } = globalThis;
  const refuse = ({ signal }: RequestInit): void => {
    if (signal) throw new TypeError('Expected signal to be an instance of AbortSignal.');
  };
  class StrictRequest extends Request {
    constructor(url: string, init: RequestInit) {
      refuse(init);
      super(url, init);
    }
  }
  vi.stubGlobal('Request', StrictRequest);
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    refuse(init);
    return fetch(url, init);
  });
}

test('where fetch refuses the signals of AbortController, as with jsdom, a call works and ends in time', async () => {
  stubSignals();
  const server = await aServer(({ path }) =>
    path === '/any' ? new Promise<never>(() => undefined) : done,
  );
  const api = createApiClient({ baseUrl: server.url, getToken });
  expect(await api.call(ping)).toEqual({ done: true });
  const hurried = createApiClient({ baseUrl: server.url, getToken, timeoutMs: 1 });
  expect(await rejection(hurried.call(put))).toMatchObject({ name: 'TimeoutError' });
  const leaving = new AbortController();
  const left = rejection(api.call(put, {}, { signal: leaving.signal }));
  leaving.abort();
  expect(await left).toMatchObject({ name: 'AbortError' });
});

test('where fetch knows signals, it gets one', async () => {
  const fetch = vi.fn((_url: string, _init: RequestInit) =>
    Promise.resolve(Response.json({ done: true })),
  );
  await createApiClient({ baseUrl: 'http://api.test', getToken, fetch }).call(ping);
  expect(fetch.mock.calls[0]?.[1].signal).toBeInstanceOf(AbortSignal);
});

test('the URLSearchParams of another realm, such as jsdom’s, are sent as a form', async () => {
  const server = await aServer(() => done);
  const body = { [Symbol.toStringTag]: 'URLSearchParams', toString: () => 'a=1' };
  await createApiClient({ baseUrl: server.url, getToken }).call(put, { body });
  expect(server.received[0]).toMatchObject({
    body: 'a=1',
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
  });
});

test.each([new URLSearchParams({ a: '1' }), new FormData(), new Blob(['a'])])(
  '%o is passed to fetch as it is',
  async (body) => {
    const fetch = vi.fn((_url: string, _init: RequestInit) =>
      Promise.resolve(Response.json({ done: true })),
    );
    await createApiClient({ baseUrl: 'http://api.test', getToken, fetch }).call(put, { body });
    expect(fetch.mock.calls[0]?.[1].body).toBe(body);
  },
);

test.each(['FormData', 'Blob', 'File'])(
  'a %s of another realm, of which fetch would send a text, is a ContractError, and nothing is sent',
  async (name) => {
    const server = await aServer(() => done);
    const body = { [Symbol.toStringTag]: name };
    const api = createApiClient({ baseUrl: server.url, getToken });
    const error = await rejection(api.call(put, { body }));
    expect(error).toBeInstanceOf(ContractError);
    expect(error).toHaveProperty('message', expect.stringContaining(`cannot be sent: ${name}`));
    expect(server.received).toEqual([]);
    // Only the caller knows what another fetch can send.
    const fetch = vi.fn(() => Promise.resolve(Response.json({ done: true })));
    await createApiClient({ baseUrl: server.url, getToken, fetch }).call(put, { body });
    expect(fetch).toHaveBeenCalledTimes(1);
  },
);

test('a file whose own type is that of texts is sent', async () => {
  const server = await aServer(() => done);
  const body = new Blob(['text'], { type: 'text/plain;charset=UTF-8' });
  await createApiClient({ baseUrl: server.url, getToken }).call(put, { body });
  expect(server.received[0]).toMatchObject({ body: 'text' });
});
