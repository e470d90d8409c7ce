import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../src/index.js';
import { errorOf } from '../frontend-api/support/browser-client.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';

const email_address = 'new@example.com';
const dayMs = 86_400_000;

async function post(clerk: ClerkLocal, path: string, json: unknown): Promise<Response> {
  return callBackendApi(clerk, { method: 'POST', path: `/v1${path}`, json });
}

/** Lists the addresses and statuses of the invitations to sign up. */
async function invitations(clerk: ClerkLocal, query = ''): Promise<string[]> {
  const path = `/v1/invitations${query}`;
  const response = await callBackendApi(clerk, { method: 'GET', path });
  return z
    .array(z.object({ email_address: z.string(), status: z.string() }))
    .parse(await response.json())
    .map((each) => `${each.email_address} ${each.status}`);
}

test('an invitation expires: its status says so, and the address can be invited again', async () => {
  let now = Date.parse('2030-01-01T00:00:00Z');
  const clerk = await aClerkLocal({ now: () => now });
  expect((await post(clerk, '/invitations', { email_address, expires_in_days: 1 })).status).toBe(
    200,
  );
  now += 2 * dayMs;
  expect(await invitations(clerk, '?status=expired')).toEqual([`${email_address} expired`]);
  expect(await invitations(clerk, '?status=pending')).toEqual([]);
  expect((await post(clerk, '/invitations', { email_address })).status).toBe(200);
  expect(await invitations(clerk, '?status=pending')).toEqual([`${email_address} pending`]);
});

test('the list has no revoked invitations unless the caller asks for them', async () => {
  const clerk = await aClerkLocal();
  const created = await post(clerk, '/invitations', { email_address });
  const { id } = z.looseObject({ id: z.string() }).parse(await created.json());
  expect((await post(clerk, `/invitations/${id}/revoke`, {})).status).toBe(200);
  expect(await invitations(clerk)).toEqual([]);
  expect(await invitations(clerk, '?status=revoked')).toEqual([`${email_address} revoked`]);
});

describe('a bulk request invites all addresses or none', () => {
  test.each([
    ['of a user, even with ignore_existing', { email_address: 'ada@example.com' }, 422],
    ['that is given twice', { email_address: 'NEW@example.com', ignore_existing: false }, 400],
    ['that is not valid', { email_address: 'nonsense' }, 422],
  ])('with an address %s', async (_case, fields, status) => {
    const clerk = await aClerkLocal();
    await clerk.users.create({ email_address: ['ada@example.com'] });
    const json = [{ email_address }, { ignore_existing: true, ...fields }];
    const response = await post(clerk, '/invitations/bulk', json);
    expect(response.status).toBe(status);
    expect(await invitations(clerk)).toEqual([]);
  });

  test('to an organization', async () => {
    const clerk = await aClerkLocal();
    const { id: created_by } = await clerk.users.create({ email_address: ['ada@example.com'] });
    await post(clerk, '/organizations', { name: 'Acme', slug: 'acme', created_by });
    const role = 'org:member';
    for (const other of [email_address, 'ada@example.com', 'nonsense']) {
      const json = [
        { email_address, role },
        { email_address: other, role },
      ];
      const response = await post(clerk, '/organizations/acme/invitations/bulk', json);
      expect([400, 422]).toContain(response.status);
    }
    const path = '/v1/organizations/acme/invitations';
    const listed = await callBackendApi(clerk, { method: 'GET', path });
    expect(await listed.json()).toMatchObject({ total_count: 0 });
  });
});

test.each([
  ['a member without the permission', 'org:member'],
  ['no member', undefined],
])('%s cannot be the inviter of an organization', async (_case, role) => {
  const clerk = await aClerkLocal();
  const { id: inviter_user_id } = await clerk.users.create({ email_address: ['eve@example.com'] });
  await post(clerk, '/organizations', { name: 'Acme', slug: 'acme' });
  if (role) {
    await post(clerk, '/organizations/acme/memberships', { user_id: inviter_user_id, role });
  }
  const json = { email_address, role: 'org:member', inviter_user_id };
  const response = await post(clerk, '/organizations/acme/invitations', json);
  expect(response.status).toBe(role ? 403 : 404);
  expect(await response.json()).toMatchObject(
    errorOf(role ? 'missing_organization_permission' : 'resource_not_found'),
  );
});
