import type { ClerkLocal } from '../../../src/index.js';
import { anImage, anOrganization, aUser, create, succeeds, type ConformanceCase } from './setup.js';

const metadata = { json: { public_metadata: { plan: 'free' } } };

/** Organizations and their members. */
export const organizationCases: readonly ConformanceCase[] = [
  succeeds('GET /v1/organizations', anOrganization),
  succeeds('POST /v1/organizations', async (clerk) => ({
    json: { name: 'Acme', created_by: await aUser(clerk) },
  })),
  succeeds('GET /v1/organizations/{organization_id}', anOrganization),
  succeeds('PATCH /v1/organizations/{organization_id}', async (clerk) => ({
    ...(await anOrganization(clerk)),
    json: { name: 'Acme Inc.', slug: 'acme-inc', max_allowed_memberships: 10 },
  })),
  succeeds('DELETE /v1/organizations/{organization_id}', anOrganization),
  succeeds('PATCH /v1/organizations/{organization_id}/metadata', async (clerk) => ({
    ...(await anOrganization(clerk)),
    ...metadata,
  })),
  succeeds('PUT /v1/organizations/{organization_id}/metadata', async (clerk) => ({
    ...(await anOrganization(clerk)),
    ...metadata,
  })),
  succeeds('GET /v1/organizations/{organization_id}/memberships', anOrganization),
  succeeds('POST /v1/organizations/{organization_id}/memberships', async (clerk) => ({
    ...(await anOrganization(clerk)),
    json: { user_id: await aUser(clerk), role: 'org:member' },
  })),
  succeeds('PATCH /v1/organizations/{organization_id}/memberships/{user_id}', async (clerk) => ({
    ...(await anOrganization(clerk)),
    json: { role: 'org:admin' },
  })),
  succeeds('DELETE /v1/organizations/{organization_id}/memberships/{user_id}', anOrganization),
  succeeds(
    'PATCH /v1/organizations/{organization_id}/memberships/{user_id}/metadata',
    async (clerk) => ({ ...(await anOrganization(clerk)), ...metadata }),
  ),
  succeeds('GET /v1/organization_memberships', anOrganization),
  succeeds('PUT /v1/organizations/{organization_id}/logo', async (clerk) => ({
    ...(await anOrganization(clerk)),
    multipart: anImage(),
  })),
  succeeds('DELETE /v1/organizations/{organization_id}/logo', anOrganization),
];

const invitation = { email_address: 'eve@example.com', role: 'org:member' };

async function anInvitation(clerk: ClerkLocal): Promise<Record<string, string>> {
  const { organization_id, user_id } = await anOrganization(clerk);
  const inviter = { user_id: await aUser(clerk, 'inviter@example.com'), role: 'org:admin' };
  await create(clerk, `/v1/organizations/${organization_id}/memberships`, inviter);
  const json = { ...invitation, inviter_user_id: inviter.user_id };
  const { id } = await create(clerk, `/v1/organizations/${organization_id}/invitations`, json);
  return { organization_id, user_id, invitation_id: id };
}

/** Invitations to organizations. */
export const organizationInvitationCases: readonly ConformanceCase[] = [
  succeeds('GET /v1/organization_invitations', anInvitation),
  succeeds('GET /v1/users/{user_id}/organization_invitations', async (clerk) => {
    await anInvitation(clerk);
    return { user_id: await aUser(clerk, 'eve@example.com') };
  }),
  succeeds('POST /v1/organizations/{organization_id}/invitations', async (clerk) => ({
    ...(await anOrganization(clerk)),
    json: invitation,
  })),
  succeeds('POST /v1/organizations/{organization_id}/invitations/bulk', async (clerk) => ({
    ...(await anOrganization(clerk)),
    json: [invitation],
  })),
  succeeds('GET /v1/organizations/{organization_id}/invitations', anInvitation),
  succeeds('GET /v1/organizations/{organization_id}/invitations/pending', anInvitation),
  succeeds('GET /v1/organizations/{organization_id}/invitations/{invitation_id}', anInvitation),
  succeeds(
    'POST /v1/organizations/{organization_id}/invitations/{invitation_id}/revoke',
    anInvitation,
  ),
];

async function aDomain(clerk: ClerkLocal): Promise<Record<string, string>> {
  const { organization_id } = await anOrganization(clerk);
  const json = { name: 'example.com', enrollment_mode: 'automatic_invitation' };
  const { id } = await create(clerk, `/v1/organizations/${organization_id}/domains`, json);
  return { organization_id, domain_id: id };
}

/** Email domains of organizations. */
export const organizationDomainCases: readonly ConformanceCase[] = [
  succeeds('GET /v1/organization_domains', aDomain),
  succeeds('GET /v1/organizations/{organization_id}/domains', aDomain),
  succeeds('POST /v1/organizations/{organization_id}/domains', async (clerk) => ({
    ...(await anOrganization(clerk)),
    json: { name: 'example.com', verified: true },
  })),
  succeeds('PATCH /v1/organizations/{organization_id}/domains/{domain_id}', async (clerk) => ({
    ...(await aDomain(clerk)),
    json: { enrollment_mode: 'automatic_suggestion' },
  })),
  succeeds('DELETE /v1/organizations/{organization_id}/domains/{domain_id}', aDomain),
  succeeds(
    'POST /v1/organizations/{organization_id}/domains/{domain_id}/verify_ownership',
    aDomain,
  ),
];

const role = { name: 'Manager', key: 'org:manager', permissions: ['org:sys_memberships:read'] };
const permission = { name: 'Read invoices', key: 'org:invoices:read', description: 'All' };

async function aRole(clerk: ClerkLocal): Promise<Record<string, string>> {
  const { id: permission_id } = await create(clerk, '/v1/organization_permissions', permission);
  const { id } = await create(clerk, '/v1/organization_roles', role);
  return { organization_role_id: id, permission_id };
}

/** Roles and permissions. */
export const roleCases: readonly ConformanceCase[] = [
  succeeds('GET /v1/organization_roles'),
  succeeds('POST /v1/organization_roles', () => Promise.resolve({ json: role })),
  succeeds('GET /v1/organization_roles/{organization_role_id}', aRole),
  succeeds('PATCH /v1/organization_roles/{organization_role_id}', async (clerk) => ({
    ...(await aRole(clerk)),
    json: { name: 'Boss' },
  })),
  succeeds('DELETE /v1/organization_roles/{organization_role_id}', aRole),
  ...['POST', 'DELETE'].map((method) =>
    succeeds(
      `${method} /v1/organization_roles/{organization_role_id}/permissions/{permission_id}`,
      aRole,
    ),
  ),
  succeeds('GET /v1/organization_permissions'),
  succeeds('POST /v1/organization_permissions', () => Promise.resolve({ json: permission })),
  succeeds('GET /v1/organization_permissions/{permission_id}', aRole),
  succeeds('PATCH /v1/organization_permissions/{permission_id}', async (clerk) => ({
    ...(await aRole(clerk)),
    json: { description: 'Some' },
  })),
  succeeds('DELETE /v1/organization_permissions/{permission_id}', aRole),
];
