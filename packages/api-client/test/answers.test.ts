import { defineEndpoint } from '@populatte/contracts';
import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import {
  ApiClientError,
  ApiError,
  ContractError,
  createApiClient,
  type ApiClient,
} from '../src/index.js';
import { aProblem, aTokenSource, aUser, rejection } from './support/builders.js';
import { addThing, dropThings, ping } from './support/endpoints.js';
import { aServer, type Reply } from './support/server.js';

const getToken = (): Promise<string> => Promise.resolve('secret-token');

async function aClientOf(reply: Reply): Promise<ApiClient> {
  const server = await aServer(() => reply);
  return createApiClient({ baseUrl: server.url, getToken });
}

test('returns the output of the schema: unknown members are stripped and values transformed', async () => {
  const api = await aClientOf({ json: { ...aUser(), internal: 'x', at: '2026-01-02T03:04:05Z' } });
  expect(await api.users.me()).toEqual(aUser());
  const endpoint = defineEndpoint({
    method: 'GET',
    path: '/at',
    response: z.object({ at: z.string().transform(async (at) => Promise.resolve(new Date(at))) }),
  });
  expect(await api.call(endpoint)).toEqual({ at: new Date('2026-01-02T03:04:05Z') });
});

test.each([
  ['a wrong type', { json: { ...aUser(), email: 42 } }, 'email'],
  [
    'two wrong members',
    { json: { ...aUser(), email: 42, createdAt: 'ada@example.test' } },
    'email, createdAt',
  ],
  ['another shape', { json: ['ada@example.test'] }, 'the top'],
  ['null', { json: null }, 'the top'],
  ['no body', { text: '' }, 'the top'],
  ['only whitespace', { text: ' \r\n' }, 'the top'],
])(
  'a 2xx with %s is a ContractError that names the member but not its value',
  async (_what, reply, where) => {
    const error = await rejection((await aClientOf(reply)).users.me());
    expect(error).toBeInstanceOf(ContractError);
    expect(error).toHaveProperty(
      'message',
      `GET /users/me: the response violates the contract at: ${where}.`,
    );
    expect(inspect(error)).not.toContain('ada@example.test');
  },
);

test('a 204 resolves to undefined, and a 201 to the created resource', async () => {
  const remove = defineEndpoint({
    method: 'DELETE',
    path: '/things',
    response: z.undefined(),
    status: 204,
  });
  await expect((await aClientOf({ status: 204 })).call(remove)).resolves.toBeUndefined();
  const add = defineEndpoint({
    method: 'POST',
    path: '/things',
    response: z.object({ id: z.string() }),
    status: 201,
  });
  const api = await aClientOf({ status: 201, json: { id: 'thing-1' } });
  expect(await api.call(add)).toEqual({ id: 'thing-1' });
});

test('a 2xx that is not JSON is a ContractError that does not quote the body', async () => {
  const error = await rejection((await aClientOf({ text: '<b>Ada</b>' })).users.me());
  expect(error).toBeInstanceOf(ContractError);
  expect(inspect(error)).not.toContain('Ada<');
});

test('a schema that throws causes a ContractError that does not quote the body', async () => {
  const endpoint = defineEndpoint({
    method: 'GET',
    path: '/home',
    response: z.string().transform((text) => new URL(text)),
  });
  const error = await rejection((await aClientOf({ json: 'ada@example.test' })).call(endpoint));
  expect(error).toBeInstanceOf(ContractError);
  expect(inspect(error)).not.toContain('ada@');
});

test.each([{ status: 204 }, { status: 205 }, { text: '' }, { text: '\n' }, { text: '\uFEFF' }])(
  'an empty response (%j) is undefined if the schema allows it',
  async (reply) => {
    await expect((await aClientOf(reply)).call(dropThings)).resolves.toBeUndefined();
  },
);

test('a byte order mark is removed where fetch does not, as on React Native', async () => {
  const text = `\uFEFF${JSON.stringify(aUser())}`;
  const fetch = (): Promise<Response> =>
    Promise.resolve(Object.assign(new Response(), { text: () => Promise.resolve(text) }));
  const api = createApiClient({ baseUrl: 'https://api.test', getToken, fetch });
  expect(await api.users.me()).toEqual(aUser());
});

test('a 204 is a ContractError if the contract promises a body', async () => {
  expect(await rejection((await aClientOf({ status: 204 })).call(ping))).toBeInstanceOf(
    ContractError,
  );
});

test('a 304 is not reported as a redirect', async () => {
  const api = await aClientOf({ status: 304, headers: { 'x-request-id': 'req-1' } });
  const error = await rejection(api.call(ping, {}, { headers: { 'if-none-match': '"1"' } }));
  expect(error).toBeInstanceOf(ContractError);
  expect(error).toMatchObject({
    message: 'GET /ping: unexpected status 304, the client does not cache.',
    requestId: 'req-1',
  });
});

test('a problem is an ApiError with its code, status, request id and issues', async () => {
  const issues = [{ path: ['name', 0], message: 'too short' }];
  const api = await aClientOf(aProblem(422, 'validation_failed', { issues }));
  const error = await rejection(api.call(addThing, { body: { name: '' } }));
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toBeInstanceOf(ApiClientError);
  expect(error).toMatchObject({
    name: 'ApiError',
    message: 'POST /things returned 422 (validation_failed).',
    code: 'validation_failed',
    status: 422,
    requestId: 'request-1',
    issues,
  });
});

test('an unknown code is an ApiError with that code', async () => {
  const error = await rejection((await aClientOf(aProblem(418, 'from_the_future'))).call(ping));
  expect(error).toMatchObject({ name: 'ApiError', code: 'from_the_future', status: 418 });
});

test.each([
  ["a proxy's page", { text: '<html>Bad gateway</html>' }],
  ['nothing', { text: '' }],
  ['JSON null', { json: null }],
  ['a JSON text', { json: 'oops' }],
  ['members of the wrong types', { json: { code: 7, status: 'x', requestId: {}, issues: 'none' } }],
])(
  'an error response with %s keeps its status and the request id of its header',
  async (_what, reply) => {
    const api = await aClientOf({
      ...reply,
      status: 502,
      headers: { 'x-request-id': 'from-header' },
    });
    expect(await rejection(api.call(ping))).toMatchObject({
      name: 'ApiError',
      code: 'unknown_error',
      status: 502,
      requestId: 'from-header',
      issues: [],
    });
  },
);

const issue = { path: ['name', 0], message: 'too short' };
test.each([
  ['requestId', { requestId: 7 }, { requestId: 'from-header' }],
  ['requestId (longer than any)', { requestId: 'r'.repeat(300) }, { requestId: 'from-header' }],
  ['code', { code: null }, { code: 'unknown_error' }],
  ['code (longer than any)', { code: 'c'.repeat(300) }, { code: 'unknown_error' }],
  ['code (a sentence)', { code: 'Your token is\nsecret' }, { code: 'unknown_error' }],
  ['issues (null)', { issues: null }, { issues: [] }],
  ['issues (an object)', { issues: { 0: issue } }, { issues: [] }],
  ['one issue of several', { issues: [7, issue, { path: 'name', message: 'x' }] }, {}],
  ['title', { title: 7 }, {}],
  ['status', { status: 'x' }, {}],
  ['an unknown member', { more: [{}] }, {}],
])(
  'an invalid member of a problem does not discard the others: %s',
  async (_which, odd, changed) => {
    const problem = { code: 'validation_failed', requestId: 'request-1', issues: [issue], ...odd };
    const api = await aClientOf({
      ...{ status: 422, json: problem },
      headers: { 'x-request-id': 'from-header' },
    });
    expect(await rejection(api.call(ping))).toMatchObject({
      ...{ name: 'ApiError', status: 422, code: 'validation_failed' },
      ...{ requestId: 'request-1', issues: [issue], ...changed },
    });
  },
);

test('an invalid request id does not prevent a refresh', async () => {
  const server = await aServer(({ token }) =>
    token === 'new'
      ? { json: aUser() }
      : { status: 401, json: { code: 'token_expired', requestId: 7, issues: null } },
  );
  const source = aTokenSource((fresh) => (fresh ? 'new' : 'old'));
  const onUnauthenticated = vi.fn();
  const { url: baseUrl } = server;
  const api = createApiClient({ baseUrl, getToken: source.getToken, onUnauthenticated });
  expect(await api.users.me()).toEqual(aUser());
  expect([source.refreshes(), server.received.length]).toEqual([1, 2]);
  expect(onUnauthenticated).not.toHaveBeenCalled();
});

test.each([
  ['a body against the contract', { json: { id: 7 } }],
  ['no JSON', { text: '<html>' }],
  ['no body', { text: '' }],
  ['a redirect', { status: 302 }],
])('a ContractError for %s has the request id of the response', async (_what, reply) => {
  const api = await aClientOf({ ...reply, headers: { 'x-request-id': 'req-1' } });
  const error = await rejection(api.users.me());
  expect(error).toBeInstanceOf(ContractError);
  expect(error).toHaveProperty('requestId', 'req-1');
});

test('the status is that of the response, not that in its body', async () => {
  const api = await aClientOf({ status: 500, json: { code: 'internal_error', status: 200 } });
  expect(await rejection(api.call(ping))).toMatchObject({ status: 500, code: 'internal_error' });
});

test.each([401, 422, 200, 302])(
  'an error after a %i does not contain the token',
  async (status) => {
    const error = await rejection((await aClientOf({ status, json: {} })).call(ping));
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('secret-token');
  },
);
