import { expect, it } from 'vitest';
import { createApiClient } from '@populatte/api-client';
import { continueTrace } from '@/lib/api/trace-context';
import { startProblemServer } from '../support/problem-server';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

it('forwards only the trace of the page’s request to the API', async () => {
  const server = await startProblemServer(401, 'token_invalid');
  const incoming = new Headers({
    traceparent,
    tracestate: 'vendor=1',
    cookie: 'a=b',
    baggage: 'c=d',
  });
  const api = createApiClient({
    baseUrl: server.url,
    getToken: () => Promise.resolve('token'),
    fetch: continueTrace(incoming),
  });
  await expect(api.users.me()).rejects.toThrow();
  expect(server.lastHeaders()).toMatchObject({
    traceparent,
    tracestate: 'vendor=1',
    authorization: 'Bearer token',
  });
  expect(server.lastHeaders()).not.toHaveProperty('cookie');
  expect(server.lastHeaders()).not.toHaveProperty('baggage');
});

it('sends no trace context if the page’s request has none', async () => {
  const server = await startProblemServer(401, 'token_invalid');
  const api = createApiClient({
    baseUrl: server.url,
    getToken: () => Promise.resolve('token'),
    fetch: continueTrace(new Headers()),
  });
  await expect(api.users.me()).rejects.toThrow();
  expect(server.lastHeaders()).not.toHaveProperty('traceparent');
});
