import { createClerkClient } from '@clerk/backend';
import { expect, test } from 'vitest';
import type { ClerkLocal } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';
import { aSignedInBrowser, errorOf } from './support/browser-client.js';
import { aColleague, aVerifiedDomain, listed, suggested } from './support/organizations.js';

function organizationsOf({
  url,
  secretKey,
}: ClerkLocal): ReturnType<typeof createClerkClient>['organizations'] {
  return createClerkClient({ apiUrl: url, secretKey, telemetry: { disabled: true } }).organizations;
}

test('a code to an address at the domain verifies it, and other addresses are refused', async () => {
  const clerk = await aClerkLocal();
  const { browser } = await aSignedInBrowser(clerk);
  const organizationId = await browser.create('POST /v1/organizations', { name: 'Acme' });
  const domains = `/v1/organizations/${organizationId}/domains`;
  const domain = `${domains}/${await browser.create(`POST ${domains}`, { name: 'Example.org' })}`;
  const prepare = `POST ${domain}/prepare_affiliation_verification`;
  const attempt = `POST ${domain}/attempt_affiliation_verification`;

  expect((await browser.call(attempt, { code: '424242' })).body).toMatchObject(
    errorOf('verification_missing'),
  );
  const elsewhere = { affiliation_email_address: 'admin@not-example.org' };
  expect((await browser.call(prepare, elsewhere)).body).toMatchObject(
    errorOf('organization_domain_mismatch', 'affiliation_email_address'),
  );
  await browser.call(prepare, { affiliation_email_address: 'admin@example.org' });
  expect((await browser.call(attempt, { code: '000000' })).body).toMatchObject(
    errorOf('form_code_incorrect', 'code'),
  );
  expect((await browser.call(attempt, { code: '424242' })).body).toMatchObject({
    response: { name: 'example.org', verification: { status: 'verified', attempts: 1 } },
  });
  const { data } = await organizationsOf(clerk).getOrganizationDomainList({ organizationId });
  expect(data).toMatchObject([{ name: 'example.org', verification: { status: 'verified' } }]);
});

test('only members with org:sys_domains:manage change domains', async () => {
  const clerk = await aClerkLocal();
  const { organizationId, domain } = await aVerifiedDomain(clerk, 'manual_invitation');
  const { browser, userId } = await aColleague(clerk);
  expect((await browser.call(`GET ${domain}`)).status).toBe(404);
  const role = 'org:member';
  await organizationsOf(clerk).createOrganizationMembership({ organizationId, userId, role });
  expect((await browser.call(`DELETE ${domain}`)).body).toMatchObject(
    errorOf('missing_organization_permission'),
  );
});

test('automatic invitation: a user with an address at the domain is invited once', async () => {
  const receiver = await aWebhookReceiver();
  const clerk = await aClerkLocal({ webhookUrl: receiver.url });
  const { organizationId, domain, admin } = await aVerifiedDomain(clerk, 'automatic_invitation');
  const { browser, userId } = await aColleague(clerk);
  await clerk.users.update(userId, { first_name: 'Eve' });

  const invitations = await listed(browser, '/v1/me/organization_invitations');
  expect(invitations).toMatchObject([{ status: 'pending', role: 'org:member' }]);
  expect((await admin.call(`GET ${domain}`)).body).toMatchObject({
    response: { total_pending_invitations: 1 },
  });
  await browser.call(`POST /v1/me/organization_invitations/${invitations[0]?.id}/accept`, {});
  const { data } = await organizationsOf(clerk).getOrganizationMembershipList({ organizationId });
  expect(data.map(({ publicUserData }) => publicUserData?.identifier)).toContain('eve@example.org');
  await clerk.webhooks.drain();
  expect(receiver.received.map(({ event }) => event.type)).toEqual(
    expect.arrayContaining(['organizationInvitation.created', 'organizationInvitation.accepted']),
  );
});

test('automatic suggestion: the user asks to join, and an admin accepts', async () => {
  const clerk = await aClerkLocal();
  const { admin, eve, userId, organizationId, suggestion, requests } = await suggested(clerk);
  const [request = ''] = await requests();
  expect((await eve.call(`POST ${suggestion}/accept`, {})).body).toMatchObject(
    errorOf('organization_suggestion_already_accepted'),
  );
  expect((await admin.call(`POST ${request}/accept`, {})).body).toMatchObject({
    response: { status: 'accepted', public_user_data: { identifier: 'eve@example.org' } },
  });
  const { data } = await organizationsOf(clerk).getOrganizationMembershipList({
    organizationId,
    userId: [userId],
  });
  expect(data).toMatchObject([{ role: 'org:member' }]);
  expect(await listed(eve, '/v1/me/organization_suggestions')).toMatchObject([
    { status: 'completed' },
  ]);
});

test('a rejected request adds no member, and cannot be accepted afterwards', async () => {
  const clerk = await aClerkLocal();
  const { admin, organizationId, requests } = await suggested(clerk);
  const [request = ''] = await requests();
  await admin.call(`POST ${request}/reject`, {});
  expect((await admin.call(`POST ${request}/accept`, {})).body).toMatchObject(
    errorOf('organization_membership_request_not_pending'),
  );
  const members = await organizationsOf(clerk).getOrganizationMembershipList({ organizationId });
  expect(members.totalCount).toBe(1);
});

test('a changed mode ends pending invitations and suggestions on request', async () => {
  const clerk = await aClerkLocal();
  const { admin, domain } = await aVerifiedDomain(clerk, 'automatic_suggestion');
  const { browser } = await aColleague(clerk);
  await admin.call(`POST ${domain}/update_enrollment_mode`, {
    enrollment_mode: 'automatic_invitation',
    delete_pending: 'true',
  });
  expect(await listed(browser, '/v1/me/organization_suggestions')).toEqual([]);
  expect(await listed(browser, '/v1/me/organization_invitations')).toHaveLength(1);
  expect((await admin.call(`DELETE ${domain}`)).status).toBe(200);
  expect(await listed(browser, '/v1/me/organization_invitations?status=pending')).toEqual([]);
});

test('the deletion of a user deletes their requests', async () => {
  const clerk = await aClerkLocal();
  const { admin, userId, organizationId, requests } = await suggested(clerk);
  await requests();
  await clerk.users.delete(userId);
  const path = `/v1/organizations/${organizationId}/membership_requests`;
  expect(await listed(admin, path)).toEqual([]);
});

test('many domains are created and verified at once, and each failure is named', async () => {
  const clerk = await aClerkLocal();
  const { admin, organizationId, domain } = await aVerifiedDomain(clerk, 'manual_invitation');
  const domains = `/v1/organizations/${organizationId}/domains`;
  const created = await admin.call(`POST ${domains}/bulk`, { names: 'example.org' });
  expect(created.body).toMatchObject({
    response: {
      data: [],
      errors: [{ name: 'example.org', code: 'organization_domain_already_exists' }],
    },
  });
  const id = domain.split('/').at(-1) ?? '';
  const ids = { organization_domain_ids: id };
  const prepare = `POST ${domains}/prepare_ownership_verification/bulk`;
  expect((await admin.call(prepare, ids)).body).toMatchObject({
    response: {
      data: [{ ownership_verification: { txt_record_name: '_clerk-verification.example.org' } }],
    },
  });
  expect(await listed(admin, domains)).toMatchObject([
    { ownership_verification: { status: 'unverified' } },
  ]);
  const attempt = `POST ${domains}/attempt_ownership_verification/bulk`;
  const unknown = { organization_domain_ids: 'orgdmn_unknown' };
  expect((await admin.call(attempt, unknown)).body).toMatchObject({
    response: { data: [], errors: [{ id: 'orgdmn_unknown', code: 'resource_not_found' }] },
  });
  expect((await admin.call(attempt, ids)).body).toMatchObject({
    response: { data: [{ ownership_verification: { status: 'verified' } }] },
  });
});
