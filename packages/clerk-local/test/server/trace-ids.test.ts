import { createClerkClient } from '@clerk/backend';
import { isClerkAPIResponseError } from '@clerk/backend/errors';
import { expect, test } from 'vitest';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';

const traceId: unknown = expect.stringMatching(/^[0-9a-f]{32}$/);

test.each([
  ['of the Backend API', 'GET', '/v1/users/user_unknown', 404],
  ['of the Frontend API', 'GET', '/v1/client?__clerk_db_jwt=unknown', 401],
  ['of the control routes', 'POST', '/_local/faults', 422],
  ['for an operation that is not emulated', 'POST', '/v1/saml_connections', 501],
  ['for a path that Clerk does not have', 'GET', '/v1/no/such/path', 404],
])('the body of an error %s has a trace id', async (_what, method, path, status) => {
  const response = await callBackendApi(await aClerkLocal(), { method, path });

  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ errors: [{}], clerk_trace_id: traceId });
});

test('the body of an injected fault has a trace id', async () => {
  const clerk = await aClerkLocal();
  const fault = { target: 'GET /v1/jwks', status: 503 };
  await callBackendApi(clerk, { method: 'POST', path: '/_local/faults', json: fault });

  const response = await callBackendApi(clerk, { method: 'GET', path: '/v1/jwks' });

  expect(await response.json()).toMatchObject({ errors: [{}], clerk_trace_id: traceId });
});

test('Clerk’s SDK exposes the trace id, which differs per response', async () => {
  const clerk = await aClerkLocal();
  const { users } = createClerkClient({ apiUrl: clerk.url, secretKey: clerk.secretKey });
  const ids = new Set<unknown>();

  for (const id of ['user_1', 'user_2']) {
    const error: unknown = await users.getUser(id).catch((caught: unknown) => caught);
    if (!isClerkAPIResponseError(error)) throw error;
    expect(error.clerkTraceId).toEqual(traceId);
    ids.add(error.clerkTraceId);
  }

  expect(ids.size).toBe(2);
});
