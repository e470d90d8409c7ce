import { createClerkClient, verifyToken } from '@clerk/backend';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import type { ClerkLocal } from '../../src/index.js';
import { ada, BrowserClient, errorOf } from '../frontend-api/support/browser-client.js';
import { aClerkLocal } from '../support/clerk-local.js';

function sdk({ url, secretKey }: ClerkLocal): ReturnType<typeof createClerkClient> {
  return createClerkClient({ apiUrl: url, secretKey, telemetry: { disabled: true } });
}

function ticketOf(url: string | null | undefined): string {
  return new URL(url ?? '').searchParams.get('ticket') ?? '';
}

describe('an invitation to an organization', () => {
  test('makes a new user a member with its role and metadata', async () => {
    const clerk = await aClerkLocal();
    const { organizations } = sdk(clerk);
    const { id: organizationId } = await organizations.createOrganization({ name: 'Acme' });
    const invitation = await organizations.createOrganizationInvitation({
      organizationId,
      emailAddress: 'ada@example.com',
      role: 'org:admin',
      publicMetadata: { team: 'engines' },
    });
    expect(invitation).toMatchObject({ status: 'pending', roleName: 'Admin' });
    expect(
      (await organizations.getOrganization({ organizationId, includeMembersCount: true })).id,
    ).toBe(organizationId);
    const browser = await BrowserClient.register(clerk);
    const { password } = ada;
    const names = { password, first_name: 'Ada', last_name: 'Lovelace' };
    const ticket = ticketOf(invitation.url);
    await browser.call('POST /v1/client/sign_ups', { strategy: 'ticket', ticket, ...names });

    const { data } = await organizations.getOrganizationMembershipList({ organizationId });
    expect(data).toMatchObject([{ role: 'org:admin', publicMetadata: { team: 'engines' } }]);
    const { status } = await organizations.getOrganizationInvitation({
      organizationId,
      invitationId: invitation.id,
    });
    expect(status).toBe('accepted');
  });

  test('signs an existing user in and makes them a member', async () => {
    const clerk = await aClerkLocal();
    const { organizations, users } = sdk(clerk);
    const { id: userId } = await clerk.users.create(ada);
    const { id: organizationId } = await organizations.createOrganization({ name: 'Acme' });
    const { url } = await organizations.createOrganizationInvitation({
      organizationId,
      emailAddress: 'ada@example.com',
      role: 'org:member',
    });
    expect((await users.getOrganizationInvitationList({ userId })).totalCount).toBe(1);
    const followed = await fetch(url ?? '', { redirect: 'manual' });
    const page = new URL(followed.headers.get('location') ?? '');
    expect(page.searchParams.get('__clerk_status')).toBe('sign_in');
    const browser = await BrowserClient.register(clerk);
    const ticket = ticketOf(url);
    const { body } = await browser.call('POST /v1/client/sign_ins', { strategy: 'ticket', ticket });
    expect(body).toMatchObject({ response: { status: 'complete' } });
    const { data } = await users.getOrganizationMembershipList({ userId });
    expect(data.map(({ organization }) => organization.id)).toEqual([organizationId]);
  });

  test('is refused twice, and once it is revoked', async () => {
    const clerk = await aClerkLocal();
    const { organizations } = sdk(clerk);
    const { id: organizationId } = await organizations.createOrganization({ name: 'Acme' });
    const fields = { organizationId, emailAddress: 'ada@example.com', role: 'org:member' };
    const { id: invitationId, url } = await organizations.createOrganizationInvitation(fields);
    await expect(organizations.createOrganizationInvitation(fields)).rejects.toMatchObject({
      errors: [{ code: 'duplicate_record' }],
    });
    await organizations.revokeOrganizationInvitation({ organizationId, invitationId });
    const pending = await organizations.getOrganizationInvitationList({
      organizationId,
      status: ['pending'],
    });
    expect(pending.totalCount).toBe(0);
    const browser = await BrowserClient.register(clerk);
    const ticket = ticketOf(url);
    const { body } = await browser.call('POST /v1/client/sign_ups', { strategy: 'ticket', ticket });
    expect(body).toMatchObject(errorOf('organization_invitation_revoked_code'));
  });
});

test('a session token contains a custom role and its permissions', async () => {
  const clerk = await aClerkLocal();
  const { organizations, organizationRoles, organizationPermissions, sessions } = sdk(clerk);
  for (const key of ['org:invoices:read', 'org:invoices:pay', 'org:reports:read']) {
    await organizationPermissions.createOrganizationPermission({ name: key, key });
  }
  const role = await organizationRoles.createOrganizationRole({
    name: 'Accountant',
    key: 'org:accountant',
    permissions: ['org:invoices:read', 'org:invoices:pay', 'org:reports:read'],
  });
  const { id: userId } = await clerk.users.create(ada);
  const { id: organizationId } = await organizations.createOrganization({ name: 'Acme' });
  await organizations.createOrganizationMembership({ organizationId, userId, role: role.key });
  const browser = await BrowserClient.register(clerk);
  const sessionId = await browser.signIn();
  await browser.call(`POST /v1/client/sessions/${sessionId}/touch`, {
    active_organization_id: organizationId,
  });

  const { jwt } = await sessions.getToken(sessionId);
  await verifyToken(jwt, { jwtKey: clerk.publicKeyPem });
  expect(decodeJwt(jwt)).toMatchObject({
    fea: 'o:invoices,o:reports',
    o: { id: organizationId, rol: 'accountant', slg: 'acme', per: 'pay,read', fpm: '3,2' },
  });
  await expect(organizationRoles.deleteOrganizationRole(role.id)).rejects.toMatchObject({
    errors: [{ code: 'organization_role_assigned_members' }],
  });
});

test('@clerk/backend changes and deletes roles and permissions', async () => {
  const { organizationRoles, organizationPermissions } = sdk(await aClerkLocal());
  const { id: permissionId } = await organizationPermissions.createOrganizationPermission({
    name: 'Read',
    key: 'org:invoices:read',
  });
  const role = await organizationRoles.createOrganizationRole({ name: 'Boss', key: 'org:boss' });
  await organizationRoles.assignPermissionToOrganizationRole({
    organizationRoleId: role.id,
    permissionId,
  });
  await organizationRoles.updateOrganizationRole({ organizationRoleId: role.id, name: 'Chief' });
  const changed = await organizationRoles.getOrganizationRole(role.id);
  expect(changed).toMatchObject({ name: 'Chief', permissions: [{ key: 'org:invoices:read' }] });
  await organizationPermissions.deleteOrganizationPermission(permissionId);
  expect((await organizationRoles.getOrganizationRole(role.id)).permissions).toEqual([]);
  await organizationRoles.deleteOrganizationRole(role.id);
  const { data } = await organizationRoles.getOrganizationRoleList();
  expect(data.map(({ key }) => key)).toEqual(['org:member', 'org:admin']);
});

test('@clerk/backend manages the email domains of an organization', async () => {
  const { organizations } = sdk(await aClerkLocal());
  const { id: organizationId } = await organizations.createOrganization({ name: 'Acme' });
  const { id: domainId } = await organizations.createOrganizationDomain({
    organizationId,
    name: 'acme.com',
    enrollmentMode: 'manual_invitation',
    verified: true,
  });
  await organizations.updateOrganizationDomain({
    organizationId,
    domainId,
    enrollmentMode: 'automatic_suggestion',
  });
  const list = await organizations.getOrganizationDomainList({ organizationId });
  expect(list.data).toMatchObject([{ name: 'acme.com', enrollment_mode: 'automatic_suggestion' }]);
  await organizations.deleteOrganizationDomain({ organizationId, domainId });
  expect((await organizations.getOrganizationDomainList({ organizationId })).totalCount).toBe(0);
});

test('an organization’s logo is set and removed', async () => {
  const { organizations } = sdk(await aClerkLocal());
  const { id } = await organizations.createOrganization({ name: 'Acme' });
  const file = new File([new Uint8Array([137, 80, 78, 71])], 'logo.png', { type: 'image/png' });
  const { hasImage, imageUrl } = await organizations.updateOrganizationLogo(id, { file });
  expect([hasImage, imageUrl]).toEqual([true, 'data:image/png;base64,iVBORw==']);
  expect((await organizations.deleteOrganizationLogo(id)).hasImage).toBe(false);
});
