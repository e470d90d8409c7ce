import { expect, test } from 'vitest';
import { backendApi } from '../../../src/backend-api/backend-api.js';
import { webhookEventTypeSchema } from '../../../src/domain/state/webhook-records.js';
import { callBackendApi } from '../../support/backend-call.js';
import { aClerkLocal } from '../../support/clerk-local.js';
import { routesOf } from '../../support/routes.js';
import { conformanceCases, conformanceEvents } from './cases.js';

/** The published document names this route but does not describe its response. */
const undocumented = [
  'GET /v1/clients/handshake_payload',
  // The path of `POST /v1/instance/change_domain` in Clerk's SDK.
  'POST /v1/beta_features/change_domain',
  // Their lists depend on a browser that signed in with a provider.
  'GET /v1/users/:id/oauth_access_tokens/:provider',
  'DELETE /v1/users/:id/external_accounts/:accountId',
];

test('checks every Backend API route against the published document', async () => {
  const checked = new Set(
    conformanceCases.filter(({ status }) => status < 300).map(({ route }) => route),
  );
  expect([...checked, ...undocumented].sort()).toEqual((await routesOf(backendApi)).sort());
});

test('checks every event type against the published document', () => {
  expect(Object.keys(conformanceEvents).sort()).toEqual([...webhookEventTypeSchema.options].sort());
});

test('every Backend API route rejects a wrong secret key', async () => {
  const clerk = await aClerkLocal();
  for (const route of await routesOf(backendApi)) {
    const [method = '', path = ''] = route.split(' ');
    const headers = { authorization: 'Bearer sk_test_of_another_instance' };
    const response = await callBackendApi(clerk, { method, path, headers });
    expect.soft(response.status, route).toBe(401);
    expect.soft(await response.json(), route).toMatchObject({
      errors: [{ code: 'clerk_key_invalid' }],
    });
  }
});
