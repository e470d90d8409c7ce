import { Hono } from 'hono';
import { z } from 'zod';
import type { OrganizationInvitations } from '../domain/organizations/organization-invitations.js';
import type { Organizations } from '../domain/organizations/organizations.js';
import type { Roles } from '../domain/organizations/roles.js';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import { flag, optionalText, stringList } from '../domain/shared/parameters.js';
import type { MembershipRecord } from '../domain/state/organization-records.js';
import type { Store } from '../domain/state/store.js';
import type { Users } from '../domain/users/users.js';
import { countedPageOf, parseBody, parseQuery } from '../http/request.js';
import { uploadedImage } from '../http/uploaded-image.js';
import type { ClientCalls } from './client-calls.js';
import {
  toClientInvitation,
  toClientMembership,
  toClientOrganization,
} from './organization-resource.js';
import { requireMember } from './require-member.js';

const organizationSchema = z.strictObject({
  name: z.string().min(1).max(256).optional(),
  slug: optionalText,
});
const invitationSchema = z.strictObject({
  email_address: z.string(),
  role: z.string(),
  notify: flag.nullish(),
});
const bulkSchema = invitationSchema.extend({ email_address: stringList });
const statusSchema = z.object({ status: stringList.optional() });
const memberSchema = z.strictObject({ user_id: z.string(), role: z.string() });
const roleSchema = z.strictObject({ role: z.string() });
const membersQuerySchema = z.object({
  role: stringList.optional(),
  query: z.string().optional(),
});

export interface OrganizationsRoutesOptions {
  readonly calls: ClientCalls;
  readonly store: Store;
  readonly users: Users;
  readonly organizations: Organizations;
  readonly organizationInvitations: OrganizationInvitations;
  readonly roles: Roles;
}

/** `/v1/organizations`: the parts of organizations that members may read and change. */
export function organizationsRoutes(options: OrganizationsRoutesOptions): Hono {
  const { calls, store, users, organizations, roles } = options;
  const invitations = options.organizationInvitations;
  const routes = new Hono();

  const member = requireMember(options);

  routes.post('/', async (context) => {
    const { userId } = calls.session(context);
    const fields = await parseBody(
      context,
      organizationSchema.extend({ name: z.string().min(1).max(256) }),
    );
    requireCreation(users, organizations, userId);
    const created = await organizations.create({ ...fields, createdBy: userId });
    return calls.answer(context, toClientOrganization(created));
  });
  routes.get('/:id', (context) => {
    const { organizationId } = member(context);
    return calls.answer(context, toClientOrganization(organizations.get(organizationId)));
  });
  routes.patch('/:id', async (context) => {
    const { organizationId } = member(context, 'org:sys_profile:manage');
    const { name, slug } = await parseBody(context, organizationSchema);
    const updated = await organizations.update(organizationId, {
      ...(name === undefined ? {} : { name }),
      ...(slug ? { slug } : {}),
    });
    return calls.answer(context, toClientOrganization(updated));
  });
  routes.delete('/:id', async (context) => {
    const { organizationId } = member(context, 'org:sys_profile:delete');
    return calls.answer(context, await organizations.delete(organizationId));
  });
  routes.put('/:id/logo', async (context) => {
    const { organizationId } = member(context, 'org:sys_profile:manage');
    const imageUrl = await uploadedImage(context);
    const updated = await organizations.update(organizationId, { imageUrl });
    return calls.answer(context, toClientOrganization(updated));
  });
  routes.delete('/:id/logo', async (context) => {
    const { organizationId } = member(context, 'org:sys_profile:manage');
    await organizations.update(organizationId, { imageUrl: null });
    return calls.answer(context, { object: 'image', id: organizationId, deleted: true });
  });

  routes.get('/:id/memberships', (context) => {
    const { organizationId } = member(context, 'org:sys_memberships:read');
    const { role, query } = parseQuery(context, membersQuerySchema);
    const found = organizations.members
      .list({ organizationId })
      .filter((each) => role === undefined || role.includes(each.role))
      .filter(({ public_user_data: { identifier, first_name, last_name } }) =>
        [identifier, first_name, last_name].some((text) =>
          (text ?? '').toLowerCase().includes(query?.toLowerCase() ?? ''),
        ),
      )
      .map(toClientMembership);
    return calls.answer(context, countedPageOf(context, found));
  });
  routes.post('/:id/memberships', async (context) => {
    const { organizationId } = member(context, 'org:sys_memberships:manage');
    const { user_id, role } = await parseBody(context, memberSchema);
    const added = await organizations.members.add(organizationId, { userId: user_id, role });
    return calls.answer(context, toClientMembership(added));
  });
  routes.patch('/:id/memberships/:userId', async (context) => {
    const { organizationId } = member(context, 'org:sys_memberships:manage');
    const { role } = await parseBody(context, roleSchema);
    const userId = context.req.param('userId');
    const changed = await organizations.members.change(organizationId, userId, () => ({ role }));
    return calls.answer(context, toClientMembership(changed));
  });
  routes.delete('/:id/memberships/:userId', async (context) => {
    const { organizationId } = member(context, 'org:sys_memberships:manage');
    const removed = await organizations.members.leave(organizationId, context.req.param('userId'));
    return calls.answer(context, toClientMembership(removed));
  });

  const inviteAll = async (
    { organizationId, userId }: MembershipRecord,
    emails: readonly string[],
    role: string,
  ): Promise<object[]> => {
    const records = await invitations.createAll(
      organizationId,
      emails.map((emailAddress) => ({ emailAddress, role, inviterUserId: userId })),
    );
    return records.map((record) => toClientInvitation(invitations.present(record)));
  };
  routes.post('/:id/invitations', async (context) => {
    const membership = member(context, 'org:sys_memberships:manage');
    const fields = await parseBody(context, invitationSchema);
    const record = await invitations.create(membership.organizationId, {
      emailAddress: fields.email_address,
      role: fields.role,
      inviterUserId: membership.userId,
    });
    return calls.answer(context, toClientInvitation(invitations.present(record)));
  });
  routes.post('/:id/invitations/bulk', async (context) => {
    const membership = member(context, 'org:sys_memberships:manage');
    const fields = await parseBody(context, bulkSchema);
    return calls.answer(context, await inviteAll(membership, fields.email_address, fields.role));
  });
  for (const list of ['/:id/invitations', '/:id/invitations/pending']) {
    routes.get(list, (context) => {
      const { organizationId } = member(context, 'org:sys_memberships:manage');
      const { status } = parseQuery(context, statusSchema);
      const statuses = list.endsWith('pending') ? ['pending'] : status;
      const found = invitations
        .list({ organizationId, statuses })
        .map((each) => toClientInvitation(invitations.present(each)));
      return calls.answer(context, countedPageOf(context, found));
    });
  }
  routes.post('/:id/invitations/:invitationId/revoke', async (context) => {
    const { organizationId } = member(context, 'org:sys_memberships:manage');
    const record = await invitations.revoke(organizationId, context.req.param('invitationId'));
    return calls.answer(context, toClientInvitation(invitations.present(record)));
  });

  routes.get('/:id/roles', (context) => {
    member(context);
    return calls.answer(context, countedPageOf(context, roles.list()));
  });
  return routes;

  /** @throws {ClerkApiError} 403 if the instance or the user does not allow it */
  function requireCreation(directory: Users, all: Organizations, userId: string): void {
    const { createOrganizationEnabled, createOrganizationsLimit: limit } =
      directory.directory.get(userId);
    const own = all.members.list({ userId }).filter((each) => {
      return each.organization.created_by === userId;
    });
    const isFull = limit !== null && limit > 0 && own.length >= limit;
    if (store.settings.organizationsEnabled && createOrganizationEnabled && !isFull) return;
    throw new ClerkApiError(403, 'user_create_organization_not_enabled', 'not allowed', {
      longMessage: 'The user may not create an organization.',
    });
  }
}

/** The organizations of the signed-in user, below `/v1/me`. */
export function myOrganizationsRoutes(options: OrganizationsRoutesOptions): Hono {
  const { calls, users, organizations, organizationInvitations: invitations } = options;
  const routes = new Hono();
  routes.get('/organization_memberships', (context) => {
    const { userId } = calls.session(context);
    const found = organizations.members.list({ userId }).map(toClientMembership);
    return calls.answer(context, countedPageOf(context, found));
  });
  routes.delete('/organization_memberships/:id', async (context) => {
    const { userId } = calls.session(context);
    const { id } = await organizations.members.leave(context.req.param('id'), userId);
    return calls.answer(context, { object: 'organization_membership', id, deleted: true });
  });
  routes.get('/organization_invitations', (context) => {
    const { userId } = calls.session(context);
    const { status } = parseQuery(context, statusSchema);
    const emailAddresses = users.directory.get(userId).emails.map(({ address }) => address);
    const found = invitations
      .list({ emailAddresses, statuses: status })
      .map((each) => toClientInvitation(invitations.presentWithOrganization(each)));
    return calls.answer(context, countedPageOf(context, found));
  });
  routes.post('/organization_invitations/:id/accept', async (context) => {
    const { userId } = calls.session(context);
    const record = invitations.own(context.req.param('id'), userId);
    await invitations.accept(record, userId);
    const accepted = invitations.own(record.id, userId);
    const shown = toClientInvitation(invitations.presentWithOrganization(accepted));
    return calls.answer(context, shown);
  });
  routes.get('/organization_creation_defaults', (context) => {
    calls.session(context);
    return calls.answer(context, { form: { name: null, logo: null } });
  });
  return routes;
}
