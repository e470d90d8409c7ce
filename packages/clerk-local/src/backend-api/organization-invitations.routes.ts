import { Hono } from 'hono';
import { z } from 'zod';
import type {
  NewOrganizationInvitation,
  OrganizationInvitations,
} from '../domain/organizations/organization-invitations.js';
import type { Organizations } from '../domain/organizations/organizations.js';
import { inOrder, orderBy } from '../domain/shared/ordering.js';
import {
  flag,
  newMetadata,
  optionalText,
  stringList,
  wholeNumber,
} from '../domain/shared/parameters.js';
import type { ObjectRecord } from '../domain/state/records.js';
import type { Users } from '../domain/users/users.js';
import { countedPageOf, parseBody, parseListQuery } from '../http/request.js';

const invitationSchema = z.strictObject({
  email_address: z.string(),
  role: z.string(),
  inviter_user_id: optionalText,
  public_metadata: newMetadata,
  private_metadata: newMetadata,
  redirect_url: optionalText,
  expires_in_days: wholeNumber.pipe(z.int().min(1).max(365)).nullish(),
  /** Accepted without effect: the console shows every mail. */
  notify: flag.nullish(),
});

const status = z.enum(['pending', 'accepted', 'revoked', 'expired']);
const userFilters = { status: stringList.pipe(z.array(status)).optional() };
const filters = { ...userFilters, order_by: orderBy(['created_at', 'email_address']) };

const revokeSchema = z.strictObject({ requesting_user_id: optionalText });

export interface OrganizationInvitationsRoutesOptions {
  readonly organizations: Organizations;
  readonly organizationInvitations: OrganizationInvitations;
  readonly users: Users;
}

/** The invitations below `/v1/organizations`. */
export function organizationInvitationsRoutes({
  organizations,
  organizationInvitations: invitations,
}: OrganizationInvitationsRoutesOptions): Hono {
  const routes = new Hono();
  routes.post('/:id/invitations', async (context) => {
    const fields = await parseBody(context, invitationSchema);
    const record = await invitations.create(context.req.param('id'), toInvitation(fields));
    return context.json(invitations.present(record));
  });
  routes.post('/:id/invitations/bulk', async (context) => {
    const all = await parseBody(context, z.array(invitationSchema).min(1).max(10));
    const records = await invitations.createAll(context.req.param('id'), all.map(toInvitation));
    const data = records.map((record) => invitations.present(record));
    return context.json({ data, total_count: data.length });
  });
  routes.get('/:id/invitations', (context) => {
    const { id: organizationId } = organizations.get(context.req.param('id'));
    const query = parseListQuery(context, { ...filters, email_address: stringList.optional() });
    const found = invitations.list({
      organizationId,
      statuses: query.status,
      emailAddresses: query.email_address,
    });
    const all = found.filter(isNotOfDomain).map((each) => invitations.present(each));
    return context.json(countedPageOf(context, inOrder(all, query.order_by)));
  });
  routes.get('/:id/invitations/pending', (context) => {
    const { id: organizationId } = organizations.get(context.req.param('id'));
    parseListQuery(context, {});
    const found = invitations.list({ organizationId, statuses: ['pending'] });
    return context.json(
      countedPageOf(
        context,
        found.filter(isNotOfDomain).map((each) => invitations.present(each)),
      ),
    );
  });
  routes.get('/:id/invitations/:invitationId', (context) => {
    const { id, invitationId } = context.req.param();
    return context.json(
      invitations.present(invitations.get(organizations.get(id).id, invitationId)),
    );
  });
  routes.post('/:id/invitations/:invitationId/revoke', async (context) => {
    await parseBody(context, revokeSchema);
    const { id, invitationId } = context.req.param();
    const record = await invitations.revoke(organizations.get(id).id, invitationId);
    return context.json(invitations.present(record));
  });
  return routes;
}

/** Clerk's lists of an organization have no invitations that its domains created. */
function isNotOfDomain(record: ObjectRecord): boolean {
  return record['_domain_id'] === undefined;
}

function toInvitation(fields: z.output<typeof invitationSchema>): NewOrganizationInvitation {
  return {
    emailAddress: fields.email_address,
    role: fields.role,
    inviterUserId: fields.inviter_user_id,
    publicMetadata: fields.public_metadata,
    privateMetadata: fields.private_metadata,
    redirectUrl: fields.redirect_url,
    expiresInDays: fields.expires_in_days,
  };
}

/** The lists of invitations of the whole instance and of one user. */
export function invitationListRoutes({
  organizationInvitations: invitations,
  users,
}: OrganizationInvitationsRoutesOptions): Hono {
  const routes = new Hono();
  routes.get('/organization_invitations', (context) => {
    const query = parseListQuery(context, { ...filters, query: z.string().optional() });
    const found = invitations.list({ statuses: query.status, query: query.query });
    const data = found.map((each) => invitations.presentWithOrganization(each));
    return context.json(countedPageOf(context, inOrder(data, query.order_by)));
  });
  routes.get('/users/:id/organization_invitations', (context) => {
    const query = parseListQuery(context, userFilters);
    const { emails } = users.directory.get(context.req.param('id'));
    const found = invitations.list({
      emailAddresses: emails.map(({ address }) => address),
      statuses: query.status ?? ['pending'],
    });
    const data = found.map((each) => invitations.presentWithOrganization(each));
    return context.json(countedPageOf(context, data));
  });
  return routes;
}
