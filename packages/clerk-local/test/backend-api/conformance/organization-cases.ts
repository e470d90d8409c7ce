import { anOrganization, aUser, succeeds, type ConformanceCase } from './setup.js';

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
];
