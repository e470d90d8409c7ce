import { createClerkClient } from '@clerk/backend';
import { expect, test } from 'vitest';
import type { ClerkLocal } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';

function sdk({ url, secretKey }: ClerkLocal): ReturnType<typeof createClerkClient> {
  return createClerkClient({ apiUrl: url, secretKey, telemetry: { disabled: true } });
}

async function aUser(clerk: ClerkLocal, email: string): Promise<string> {
  return (await clerk.users.create({ email_address: [email] })).id;
}

test('@clerk/backend creates, reads, lists, updates and deletes organizations', async () => {
  const clerk = await aClerkLocal();
  const { organizations } = sdk(clerk);
  const createdBy = await aUser(clerk, 'ada@example.com');

  const acme = await organizations.createOrganization({ name: 'Acme Inc.', createdBy });
  expect(acme).toMatchObject({ name: 'Acme Inc.', slug: 'acme-inc', createdBy, membersCount: 1 });
  expect((await organizations.createOrganization({ name: 'Acme Inc' })).slug).toBe('acme-inc-2');
  await expect(
    organizations.createOrganization({ name: 'Other', slug: 'acme-inc' }),
  ).rejects.toMatchObject({ errors: [{ code: 'form_identifier_exists' }] });

  expect((await organizations.getOrganization({ slug: 'acme-inc' })).id).toBe(acme.id);
  expect((await organizations.getOrganizationList({ query: 'acme' })).totalCount).toBe(2);
  expect((await organizations.updateOrganization(acme.id, { name: 'Ace' })).name).toBe('Ace');
  await organizations.updateOrganizationMetadata(acme.id, { publicMetadata: { plan: 'free' } });
  const { publicMetadata } = await organizations.getOrganization({ organizationId: acme.id });
  expect(publicMetadata).toEqual({ plan: 'free' });

  await organizations.deleteOrganization(acme.id);
  await expect(organizations.getOrganization({ organizationId: acme.id })).rejects.toMatchObject({
    status: 404,
  });
});

test('@clerk/backend manages members', async () => {
  const clerk = await aClerkLocal();
  const { organizations, users } = sdk(clerk);
  const { id: organizationId } = await organizations.createOrganization({ name: 'Acme' });
  const userId = await aUser(clerk, 'ada@example.com');
  const member = { organizationId, userId, role: 'org:member' };

  const membership = await organizations.createOrganizationMembership(member);
  expect(membership).toMatchObject({ role: 'org:member', publicUserData: { userId } });
  await expect(organizations.createOrganizationMembership(member)).rejects.toMatchObject({
    errors: [{ code: 'already_a_member_in_organization' }],
  });
  await organizations.updateOrganizationMembership({ ...member, role: 'org:admin' });
  const list = await organizations.getOrganizationMembershipList({ organizationId });
  expect(list.data.map(({ role }) => role)).toEqual(['org:admin']);
  const own = await users.getOrganizationMembershipList({ userId });
  expect(own.data.map(({ organization }) => organization.id)).toEqual([organizationId]);
  await organizations.deleteOrganizationMembership({ organizationId, userId });
  expect((await organizations.getOrganizationMembershipList({ organizationId })).totalCount).toBe(
    0,
  );
});

test('a deleted user leaves their organizations, with a webhook', async () => {
  const receiver = await aWebhookReceiver();
  const clerk = await aClerkLocal({ webhookUrl: receiver.url });
  const { organizations } = sdk(clerk);
  const userId = await aUser(clerk, 'ada@example.com');
  const { id } = await organizations.createOrganization({ name: 'Acme', createdBy: userId });

  await clerk.users.delete(userId);

  expect((await organizations.getOrganizationMembershipList({ organizationId: id })).data).toEqual(
    [],
  );
  await clerk.webhooks.drain();
  expect(receiver.received.map(({ event }) => event.type).sort()).toEqual([
    'organization.created',
    'organizationMembership.created',
    'organizationMembership.deleted',
    'user.created',
    'user.deleted',
  ]);
});

test('memberships are found by user, role and parts of an email address, in the given order', async () => {
  const clerk = await aClerkLocal();
  const { organizations } = sdk(clerk);
  const { id: organizationId } = await organizations.createOrganization({ name: 'Acme' });
  const ids: string[] = [];
  for (const name of ['bob', 'ada', 'eve']) {
    const { id } = await clerk.users.create({ email_address: [`${name}@example.com`] });
    const role = name === 'eve' ? 'org:admin' : 'org:member';
    await organizations.createOrganizationMembership({ organizationId, userId: id, role });
    ids.push(id);
  }
  type Query = Parameters<typeof organizations.getOrganizationMembershipList>[0];
  const found = async (query: Omit<Query, 'organizationId'>): Promise<unknown> => {
    const list = await organizations.getOrganizationMembershipList({ organizationId, ...query });
    return list.data.map(({ publicUserData }) => publicUserData?.identifier.split('@')[0]);
  };
  expect(await found({})).toEqual(['eve', 'ada', 'bob']);
  expect(await found({ userId: ids.slice(0, 1) })).toEqual(['bob']);
  expect(await found({ role: ['org:admin'] })).toEqual(['eve']);
  expect(await found({ query: 'ADA@' })).toEqual(['ada']);
  expect(await found({ emailAddress: ['eve@example.com'] })).toEqual(['eve']);
  expect(await found({ orderBy: '+email_address' })).toEqual(['ada', 'bob', 'eve']);
  expect(await found({ orderBy: '+created_at', limit: 2 })).toEqual(['bob', 'ada']);
});
