import { expect, test } from 'vitest';
import { ContractError, createApiClient } from '../src/index.js';
import { rejection } from './support/builders.js';
import { ping, putThing } from './support/endpoints.js';
import { aServer } from './support/server.js';

const getToken = (): Promise<string> => Promise.resolve('token');

test.each([301, 302, 303, 307, 308])(
  'a %i is not followed or retried and is a ContractError',
  async (status) => {
    const elsewhere = await aServer(() => ({ json: { done: true } }));
    const server = await aServer(() => ({
      status,
      headers: { location: `${elsewhere.url}/ping` },
    }));
    const api = createApiClient({ baseUrl: server.url, getToken });
    expect(await rejection(api.call(ping))).toBeInstanceOf(ContractError);
    expect(await rejection(api.call(putThing, { body: { name: 'x' } }))).toBeInstanceOf(
      ContractError,
    );
    expect(server.received).toHaveLength(2);
    expect(elsewhere.received).toEqual([]);
  },
);

test.each([
  ['that browsers hide', { type: 'opaqueredirect', status: 0, ok: false }],
  ['that a fetch followed against its orders', { redirected: true }],
])('a redirect %s is a ContractError, too', async (_which, shown) => {
  const response = new Response('{"done":true}');
  for (const [name, value] of Object.entries(shown))
    Object.defineProperty(response, name, { value });
  const fetch = (): Promise<Response> => Promise.resolve(response);
  const api = createApiClient({ baseUrl: 'http://api.test', getToken, fetch });
  const error = await rejection(api.call(ping));
  expect(error).toBeInstanceOf(ContractError);
  expect(error).toHaveProperty('message', expect.stringContaining('check baseUrl'));
});
