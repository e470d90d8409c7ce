import { createClerkClient } from '@clerk/backend';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ClerkLocal } from '../../src/index.js';
import { ada, BrowserClient, errorOf } from '../frontend-api/support/browser-client.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aClock, type TestClock } from '../support/clock.js';

let clock: TestClock;
let clerk: ClerkLocal;
beforeEach(async () => {
  clock = aClock();
  clerk = await aClerkLocal({ now: clock.now });
});

async function post(path: string, json: unknown): Promise<readonly [number, unknown]> {
  const response = await callBackendApi(clerk, { method: 'POST', path: `/v1${path}`, json });
  return [response.status, await response.json()];
}

/** Creates Ada's organization, and returns its path. */
async function anOrganization(fields: object = {}): Promise<string> {
  const { id: created_by } = await clerk.users.create(ada);
  const [, body] = await post('/organizations', { name: 'Acme', created_by, ...fields });
  return `/organizations/${(body as { id: string }).id}`;
}

const invitation = { email_address: 'eve@example.com', role: 'org:member' };

describe('invitations to an organization', () => {
  test('name the addresses that are invited already, for Clerk’s components', async () => {
    const path = `${await anOrganization()}/invitations`;
    await post(path, invitation);
    const bulk = [{ ...invitation, email_address: 'bob@example.com' }, invitation];
    for (const answer of [await post(path, invitation), await post(`${path}/bulk`, bulk)]) {
      expect(answer).toMatchObject([
        400,
        {
          errors: [
            {
              code: 'duplicate_record',
              long_message:
                'There are already pending invitations for the following email addresses: eve@example.com',
              meta: { email_addresses: ['eve@example.com'] },
            },
          ],
        },
      ]);
    }
    // Clerk's components read the address from the message.
    const member = await post(path, { ...invitation, email_address: 'ada@example.com' });
    expect(member).toMatchObject([
      400,
      { errors: [{ long_message: 'ada@example.com is already a member of the organization.' }] },
    ]);
  });

  test('are pending until they expire', async () => {
    const path = await anOrganization();
    await post(`${path}/invitations`, { ...invitation, expires_in_days: 1 });
    const pending = async (): Promise<unknown> => {
      const response = await callBackendApi(clerk, { method: 'GET', path: `/v1${path}` });
      return ((await response.json()) as { pending_invitations_count: number })
        .pending_invitations_count;
    };
    expect(await pending()).toBe(1);
    clock.advance(86_400_000);
    expect(await pending()).toBe(0);
  });

  test('take the places of members, and keep them until they are accepted', async () => {
    const path = await anOrganization({ max_allowed_memberships: 2 });
    const [, body] = await post(`${path}/invitations`, invitation);
    const full = [403, errorOf('organization_membership_quota_exceeded')];
    const bob = { ...invitation, email_address: 'bob@example.com' };
    expect(await post(`${path}/invitations`, bob)).toMatchObject(full);
    expect(await post(`${path}/invitations/bulk`, [bob])).toMatchObject(full);
    const { id: user_id } = await clerk.users.create({ email_address: ['bob@example.com'] });
    const membership = { user_id, role: 'org:member' };
    expect(await post(`${path}/memberships`, membership)).toMatchObject(full);

    await clerk.users.create({ ...ada, email_address: ['eve@example.com'] });
    const ticket = new URL((body as { url: string }).url).searchParams.get('ticket') ?? '';
    const browser = await BrowserClient.register(clerk);
    const accepted = await browser.call('POST /v1/client/sign_ins', { strategy: 'ticket', ticket });
    expect(accepted.body).toMatchObject({ response: { status: 'complete' } });
  });
});

test('an organization keeps a member who can manage it', async () => {
  const path = await anOrganization();
  const [admin] = await clerk.users.list();
  const { id: user_id } = await clerk.users.create({ email_address: ['eve@example.com'] });
  await post(`${path}/memberships`, { user_id, role: 'org:member' });
  const setRole = (userId = '', role = ''): Promise<Response> =>
    callBackendApi(clerk, {
      method: 'PATCH',
      path: `/v1${path}/memberships/${userId}`,
      json: { role },
    });
  const browser = await BrowserClient.register(clerk);
  await browser.signIn();
  const leave = `DELETE /v1/me/organization_memberships/${path.replace('/organizations/', '')}`;
  const response = await setRole(admin?.id, 'org:member');
  const { status, body } = await browser.call(leave);
  const refused = [400, errorOf('organization_minimum_permissions_needed')];
  expect([response.status, await response.json()]).toMatchObject(refused);
  expect([status, body]).toMatchObject(refused);
  expect((await setRole(user_id, 'org:admin')).status).toBe(200);
  expect((await browser.call(leave)).status).toBe(200);
});

test('a role in use is not deleted, and the code says where it is used', async () => {
  const { organizationRoles } = createClerkClient({
    apiUrl: clerk.url,
    secretKey: clerk.secretKey,
    telemetry: { disabled: true },
  });
  const role = await organizationRoles.createOrganizationRole({ name: 'Boss', key: 'org:boss' });
  const boss = { ...invitation, role: 'org:boss', expires_in_days: 1 };
  await post(`${await anOrganization()}/invitations`, boss);
  const codeOf = (id: string): Promise<unknown> =>
    organizationRoles.deleteOrganizationRole(id).catch((error: unknown) => error);
  expect(await codeOf(role.id)).toMatchObject({
    status: 422,
    errors: [{ code: 'organization_role_exists_in_invitations' }],
  });
  expect(await codeOf('org:admin')).toMatchObject({
    errors: [{ code: 'organization_role_default_creator_role' }],
  });
  expect(await codeOf('org:member')).toMatchObject({
    errors: [{ code: 'organization_role_domain_default_role' }],
  });
  clock.advance(86_400_000);
  expect(await codeOf(role.id)).toMatchObject({ deleted: true });
});

describe('an update with metadata', () => {
  test.each(['users', 'organizations'] as const)(
    'of %s is refused as of API version 2026-05-12, as at Clerk',
    async (kind) => {
      const path = `/v1${await anOrganization()}`;
      const [user] = await clerk.users.list();
      const target = kind === 'users' ? `/v1/users/${user?.id ?? ''}` : path;
      const json = { public_metadata: { plan: 'pro' } };
      const update = (version?: string): Promise<Response> =>
        callBackendApi(clerk, {
          method: 'PATCH',
          path: target,
          json,
          ...(version !== undefined && { headers: { 'clerk-api-version': version } }),
        });
      for (const version of ['2026-05-12', '2026-08-20']) {
        const response = await update(version);
        expect([response.status, await response.json()]).toMatchObject([
          422,
          errorOf('form_param_deprecated', 'public_metadata'),
        ]);
      }
      for (const version of [undefined, '2025-11-10']) {
        expect((await update(version)).status).toBe(200);
      }
    },
  );

  test('of Clerk’s backend SDK, which splits it, succeeds', async () => {
    const { id } = await clerk.users.create(ada);
    const { users } = createClerkClient({
      apiUrl: clerk.url,
      secretKey: clerk.secretKey,
      telemetry: { disabled: true },
    });
    const fields = { lastName: 'King', publicMetadata: { plan: 'pro' } };
    expect(await users.updateUser(id, fields)).toMatchObject(fields);
  });
});
