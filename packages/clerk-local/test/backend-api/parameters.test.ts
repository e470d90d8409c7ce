import { expect, test } from 'vitest';
import { z } from 'zod';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';

const bodySchema = z.object({
  errors: z.tuple([
    z.object({ long_message: z.string(), meta: z.object({ param_name: z.string().optional() }) }),
  ]),
});

const tooManyUsers = { user_ids: Array(51).fill('user_1') };
const negative = { name: 'Acme', max_allowed_memberships: -1 };
const tooManyCountries = { blocked_country_codes: Array(251).fill('US') };

test.each([
  ['POST', '/v1/users/ban', 'user_ids', tooManyUsers],
  ['POST', '/v1/users/unban', 'user_ids', tooManyUsers],
  ['POST', '/v1/organizations', 'max_allowed_memberships', negative],
  ['PATCH', '/v1/organizations/x', 'max_allowed_memberships', negative],
  ['PATCH', '/v1/instance/communication', 'blocked_country_codes', tooManyCountries],
  ['PATCH', '/v1/role_sets/role_set:default', 'type', { type: 'custom' }],
  ['POST', '/v1/invitations/bulk', 'email_address', [{}]],
  ['POST', '/v1/waitlist_entries/bulk', 'nope', [{ email_address: 'a@b.io', nope: 1 }]],
])('%s %s names a value that Clerk does not allow: %s', async (method, path, name, json) => {
  const clerk = await aClerkLocal();
  const response = await callBackendApi(clerk, { method, path, json });
  const [error] = bodySchema.parse(await response.json()).errors;
  expect([response.status, error.meta.param_name]).toEqual([422, name]);
});

test.each([
  [0, 422, 'The request body has too few items.'],
  [11, 400, 'Parameters exceed the maximum allowed bulk processing size of 10.'],
])('refuses a bulk request with %i items', async (count, status, message) => {
  const clerk = await aClerkLocal();
  const json = Array(count).fill({ email_address: 'a@b.io' });
  const path = '/v1/invitations/bulk';
  const response = await callBackendApi(clerk, { method: 'POST', path, json });
  const [error] = bodySchema.parse(await response.json()).errors;
  expect([response.status, error.long_message]).toEqual([status, message]);
});
