import { expect, it } from 'vitest';
import { createRequestApi } from '@/lib/api/request-api';
import { startProblemServer } from '../support/problem-server';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const incoming = new Headers({ traceparent, tracestate: 'vendor=1', cookie: 'secret=1' });
const getToken = (): Promise<string> => Promise.resolve('token');
const web = { sessionClaims: { azp: 'http://localhost:3000' }, getToken };
const withoutAzp = { sessionClaims: {}, getToken };

it('a server component’s call to the API carries the trace of the page’s request and the session’s token', async () => {
  const server = await startProblemServer(500, 'internal_error');
  const env = { API_URL: server.url, CLERK_ACCEPT_TOKENS_WITHOUT_AZP: false };
  const api = createRequestApi(web, incoming, env);
  await expect(api?.users.me()).rejects.toMatchObject({ code: 'internal_error' });
  expect(server.lastHeaders()).toMatchObject({
    authorization: 'Bearer token',
    traceparent,
    tracestate: 'vendor=1',
  });
  expect(server.lastHeaders()).not.toHaveProperty('cookie');
});

it.each([
  ['no session', { sessionClaims: null, getToken }, true, false],
  ['a token without azp that the API refuses', withoutAzp, false, false],
  ['a token without azp that the API accepts', withoutAzp, true, true],
  ['a token with azp', web, false, true],
])('with %s: whether there is a client', (_which, session, accepts, expected) => {
  const env = { API_URL: 'http://localhost:1', CLERK_ACCEPT_TOKENS_WITHOUT_AZP: accepts };
  expect(createRequestApi(session, incoming, env) !== null).toBe(expected);
});
