import type { Organization, OrganizationDomain, OrganizationMembership } from '@clerk/backend';
import { expect, test } from 'vitest';
import { anImage, withUser } from './backend-setup.js';
import type { CallRecord } from './call-record.js';
import { aRecordedBackend, type RecordedBackend } from './recorded-backend.js';

async function withOrganization(
  record: CallRecord,
): Promise<RecordedBackend & { readonly userId: string; readonly organizationId: string }> {
  const backend = await withUser(record);
  const { organizations } = backend.sdk;
  const { id } = await organizations.createOrganization({
    name: 'Acme',
    createdBy: backend.userId,
  });
  expect((await organizations.getOrganization({ organizationId: id })).name).toBe('Acme');
  return { ...backend, organizationId: id };
}

/** Calls the operations on organizations, roles and permissions. */
export function organizationCalls(record: CallRecord): void {
  test('organizations', async () => {
    const { sdk, userId, organizationId } = await withOrganization(record);
    const { organizations } = sdk;
    const read = (): Promise<Organization> => organizations.getOrganization({ organizationId });
    expect((await organizations.getOrganizationList()).totalCount).toBe(1);
    await organizations.updateOrganization(organizationId, { name: 'Acme Inc.' });
    expect((await read()).name).toBe('Acme Inc.');
    await organizations.updateOrganizationMetadata(organizationId, { publicMetadata: { a: 1 } });
    expect((await read()).publicMetadata).toEqual({ a: 1 });
    await organizations.replaceOrganizationMetadata(organizationId, { publicMetadata: { b: 2 } });
    expect((await read()).publicMetadata).toEqual({ b: 2 });
    await organizations.updateOrganizationLogo(organizationId, { file: anImage() });
    expect((await read()).hasImage).toBe(true);
    await organizations.deleteOrganizationLogo(organizationId);
    expect((await read()).hasImage).toBe(false);

    const eve = (await sdk.users.createUser({ emailAddress: ['eve@example.com'] })).id;
    const member = { organizationId, userId: eve, role: 'org:member' } as const;
    await organizations.createOrganizationMembership(member);
    expect((await sdk.users.getOrganizationMembershipList({ userId: eve })).totalCount).toBe(1);
    await organizations.updateOrganizationMembership({ ...member, role: 'org:admin' });
    const list = async (): Promise<OrganizationMembership[]> =>
      (await organizations.getOrganizationMembershipList({ organizationId, userId: [eve] })).data;
    expect((await list())[0]?.role).toBe('org:admin');
    const publicMetadata = { desk: 7 };
    const metadata = { organizationId, userId: eve, publicMetadata };
    await organizations.updateOrganizationMembershipMetadata(metadata);
    expect((await list())[0]?.publicMetadata).toEqual(publicMetadata);
    await organizations.deleteOrganizationMembership({ organizationId, userId: eve });
    const all = await organizations.getInstanceOrganizationMembershipList({});
    expect(all.data.map(({ publicUserData }) => publicUserData?.userId)).toEqual([userId]);
    await organizations.deleteOrganization(organizationId);
    expect((await organizations.getOrganizationList()).totalCount).toBe(0);
  });

  test('invitations to organizations and their domains', async () => {
    const { sdk, organizationId } = await withOrganization(record);
    const { organizations, users } = sdk;
    const eve = (await users.createUser({ emailAddress: ['eve@example.com'] })).id;
    const invitation = { emailAddress: 'eve@example.com', role: 'org:member' } as const;
    const { id: invitationId } = await organizations.createOrganizationInvitation({
      organizationId,
      ...invitation,
    });
    expect((await users.getOrganizationInvitationList({ userId: eve })).totalCount).toBe(1);
    const bob = { ...invitation, emailAddress: 'bob@example.com' };
    await organizations.createOrganizationInvitationBulk(organizationId, [bob]);
    const list = await organizations.getOrganizationInvitationList({ organizationId });
    expect(list.totalCount).toBe(2);
    await organizations.revokeOrganizationInvitation({ organizationId, invitationId });
    const one = await organizations.getOrganizationInvitation({ organizationId, invitationId });
    expect(one.status).toBe('revoked');

    const domains = async (): Promise<OrganizationDomain[]> =>
      (await organizations.getOrganizationDomainList({ organizationId })).data;
    const { id: domainId } = await organizations.createOrganizationDomain({
      organizationId,
      name: 'example.com',
      enrollmentMode: 'automatic_invitation',
      verified: true,
    });
    expect((await domains()).map(({ name }) => name)).toEqual(['example.com']);
    const enrollmentMode = 'automatic_suggestion';
    await organizations.updateOrganizationDomain({ organizationId, domainId, enrollmentMode });
    // The SDK hands domains back as the JSON of the response.
    expect((await domains())[0]).toMatchObject({ enrollment_mode: enrollmentMode });
    await organizations.deleteOrganizationDomain({ organizationId, domainId });
    expect(await domains()).toEqual([]);
  });

  test('roles, permissions and role sets', async () => {
    const { sdk } = await aRecordedBackend(record);
    const { organizationPermissions, organizationRoles, roleSets } = sdk;
    const { id: permissionId } = await organizationPermissions.createOrganizationPermission({
      name: 'Read invoices',
      key: 'org:invoices:read',
    });
    const permission = (): ReturnType<typeof organizationPermissions.getOrganizationPermission> =>
      organizationPermissions.getOrganizationPermission(permissionId);
    expect((await permission()).key).toBe('org:invoices:read');
    await organizationPermissions.updateOrganizationPermission({ permissionId, name: 'Read' });
    expect((await permission()).name).toBe('Read');

    const { id: organizationRoleId } = await organizationRoles.createOrganizationRole({
      name: 'Guest',
      key: 'org:guest',
    });
    const role = (): ReturnType<typeof organizationRoles.getOrganizationRole> =>
      organizationRoles.getOrganizationRole(organizationRoleId);
    const permissionsOf = async (): Promise<string[]> =>
      (await role()).permissions.map(({ key }) => key);
    expect((await role()).key).toBe('org:guest');
    await organizationRoles.updateOrganizationRole({ organizationRoleId, name: 'Visitor' });
    expect((await role()).name).toBe('Visitor');
    const both = { organizationRoleId, permissionId };
    await organizationRoles.assignPermissionToOrganizationRole(both);
    expect(await permissionsOf()).toEqual(['org:invoices:read']);
    await organizationRoles.removePermissionFromOrganizationRole(both);
    expect(await permissionsOf()).toEqual([]);

    const fields = { defaultRoleKey: 'org:member', creatorRoleKey: 'org:admin' };
    const roles = ['org:admin', 'org:member'];
    await roleSets.createRoleSet({ ...fields, name: 'Two', key: 'role_set:two', roles });
    const keys = async (): Promise<string[]> =>
      (await roleSets.getRoleSetList()).data.map(({ key }) => key);
    expect(await keys()).toContain('role_set:two');
    const roleSetKeyOrId = 'role_set:two';
    const roleSet = (): ReturnType<typeof roleSets.getRoleSet> =>
      roleSets.getRoleSet(roleSetKeyOrId);
    await roleSets.updateRoleSet({ roleSetKeyOrId, name: 'Second' });
    expect((await roleSet()).name).toBe('Second');
    await roleSets.addRolesToRoleSet({ roleSetKeyOrId, roleKeys: ['org:guest'] });
    expect((await roleSet()).roles).toHaveLength(3);
    await roleSets.replaceRoleInRoleSet({
      roleSetKeyOrId,
      roleKey: 'org:member',
      toRoleKey: 'org:guest',
    });
    expect((await roleSet()).defaultRole?.key).toBe('org:guest');
    await roleSets.createRoleSet({ ...fields, name: 'One', key: 'role_set:one', roles });
    await roleSets.replaceRoleSet({ roleSetKeyOrId, destRoleSetKey: 'role_set:one' });
    expect(await keys()).not.toContain('role_set:two');

    await organizationRoles.deleteOrganizationRole(organizationRoleId);
    const left = await organizationRoles.getOrganizationRoleList();
    expect(left.data.map(({ key }) => key).sort()).toEqual(roles);
    await organizationPermissions.deleteOrganizationPermission(permissionId);
    const { data } = await organizationPermissions.getOrganizationPermissionList();
    expect(data.map(({ id }) => id)).not.toContain(permissionId);
  });
}
