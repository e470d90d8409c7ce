import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Messages } from '../domain/messages/messages.js';
import { present, type Objects } from '../domain/objects/objects.js';
import type { Tickets } from '../domain/objects/tickets.js';
import { duplicateInvitations, invalidParameter } from '../domain/shared/clerk-api-error.js';
import { inOrder, orderBy } from '../domain/shared/ordering.js';
import {
  flag,
  newMetadata,
  optionalText,
  wholeNumber,
  withDefault,
} from '../domain/shared/parameters.js';
import type { Organizations } from '../domain/organizations/organizations.js';
import type { ObjectRecord } from '../domain/state/records.js';
import type { Store } from '../domain/state/store.js';
import { parseEmail } from '../domain/users/email-address.js';
import type { Users } from '../domain/users/users.js';
import { parseBody, parseListQuery, requestedPageOf } from '../http/request.js';

export interface TicketsRoutesOptions {
  readonly store: Store;
  readonly users: Users;
  readonly organizations: Organizations;
  readonly messages: Messages;
  readonly objects: Objects;
  readonly tickets: Tickets;
  /** Returns the URL of a page of the Account Portal. */
  readonly portalUrl: (path: string) => string;
}

const seconds = wholeNumber.pipe(z.int().min(1));
const monthSeconds = 30 * 86_400;
const hourSeconds = 3_600;

const signInTokenSchema = z.strictObject({
  user_id: z.string(),
  expires_in_seconds: withDefault(seconds, monthSeconds),
  org_id: optionalText,
});

const actorTokenSchema = z.strictObject({
  user_id: z.string(),
  actor: z.looseObject({ sub: z.string() }),
  expires_in_seconds: withDefault(seconds, hourSeconds),
  /** Accepted without effect: sessions have one lifetime. */
  session_max_duration_in_seconds: seconds.nullish(),
});

/** `/v1/sign_in_tokens`: a link or a ticket that signs a user in once. */
export function signInTokenRoutes({
  users,
  organizations,
  tickets,
  portalUrl,
}: TicketsRoutesOptions): Hono {
  const routes = new Hono();
  routes.post('/', async (context) => {
    const fields = await parseBody(context, signInTokenSchema);
    const { id: user_id } = users.get(fields.user_id);
    const _organization_id = organizations.members.organizationOf(user_id, fields.org_id);
    const record = await tickets.create({
      kind: 'sign_in_token',
      fields: { user_id, _organization_id },
      expiresInSeconds: fields.expires_in_seconds,
      page: portalUrl('/sign-in'),
      action: 'sign_in',
    });
    return context.json(withTicket(record));
  });
  routes.post('/:id/revoke', async (context) => {
    return context.json(withTicket(await tickets.revoke('sign_in_token', context.req.param('id'))));
  });
  return routes;
}

const agentTaskSchema = z.strictObject({
  on_behalf_of: z.union([
    z.strictObject({ user_id: z.string() }),
    z.strictObject({ identifier: z.string() }),
  ]),
  permissions: z.literal('*'),
  agent_name: z.string().min(1),
  task_description: z.string().min(1),
  redirect_url: z.url({ protocol: /^https?$/ }),
  /** Accepted without effect: sessions have one lifetime. */
  session_max_duration_in_seconds: seconds.nullish(),
});

/** `/v1/agents/tasks`: a link with which an agent signs in as a user, once. */
export function agentTaskRoutes({ users, tickets, portalUrl }: TicketsRoutesOptions): Hono {
  const routes = new Hono();
  routes.post('/', async (context) => {
    const fields = await parseBody(context, agentTaskSchema);
    const page = new URL(portalUrl('/sign-in'));
    page.searchParams.set('redirect_url', fields.redirect_url);
    const { agent_name, task_description } = fields;
    const record = await tickets.create({
      kind: 'agent_task',
      fields: {
        user_id: userOf(users, fields.on_behalf_of),
        agent_name,
        task_description,
        _redirect_url: fields.redirect_url,
      },
      expiresInSeconds: hourSeconds,
      page: page.href,
      action: 'sign_in',
    });
    return context.json({ ...agentTask(record), url: record['_url'] });
  });
  routes.post('/:id/revoke', async (context) => {
    return context.json(agentTask(await tickets.revoke('agent_task', context.req.param('id'))));
  });
  return routes;
}

function userOf(
  users: Users,
  onBehalfOf: z.output<typeof agentTaskSchema>['on_behalf_of'],
): string {
  const { directory } = users;
  if ('user_id' in onBehalfOf) return directory.get(onBehalfOf.user_id).id;
  const { identifier } = onBehalfOf;
  const user =
    directory.findByEmail(identifier) ??
    directory.findByPhone(identifier) ??
    directory.findByUsername(identifier);
  if (user) return user.id;
  throw invalidParameter('on_behalf_of', 'form_identifier_not_found', 'not found');
}

function agentTask(record: ObjectRecord): object {
  const hash = createHash('sha256').update(String(record['agent_name'])).digest('hex');
  return {
    object: 'agent_task',
    agent_id: `agent_${hash.slice(0, 27)}`,
    agent_task_id: record.id,
    task_id: record.id,
  };
}

/** `/v1/actor_tokens`: a ticket with which one user acts as another (impersonation). */
export function actorTokenRoutes({ users, tickets, portalUrl }: TicketsRoutesOptions): Hono {
  const routes = new Hono();
  routes.post('/', async (context) => {
    const fields = await parseBody(context, actorTokenSchema);
    const { id: user_id } = users.get(fields.user_id);
    const record = await tickets.create({
      kind: 'actor_token',
      fields: { user_id, actor: fields.actor },
      expiresInSeconds: fields.expires_in_seconds,
      page: portalUrl('/sign-in'),
      action: 'sign_in',
    });
    return context.json(withTicket(record));
  });
  routes.post('/:id/revoke', async (context) => {
    return context.json(withTicket(await tickets.revoke('actor_token', context.req.param('id'))));
  });
  return routes;
}

function withTicket(record: ObjectRecord): object {
  return { ...present(record), token: record['_ticket'], url: record['_url'] };
}

const invitationSchema = z.strictObject({
  email_address: z.string(),
  public_metadata: newMetadata,
  redirect_url: optionalText,
  /** Accepted without effect: clerk-local sends no mail. */
  notify: flag.nullish(),
  ignore_existing: flag.nullish(),
  expires_in_days: withDefault(wholeNumber.pipe(z.int().min(1).max(365)), 30),
  template_slug: z.enum(['invitation', 'waitlist_invitation']).nullish(),
});

type InvitationFields = z.output<typeof invitationSchema>;

const filters = {
  /** By default, all but revoked invitations. */
  status: z.enum(['pending', 'accepted', 'revoked', 'expired']).optional(),
  query: z.string().optional(),
  order_by: orderBy(['created_at', 'email_address', 'expires_at']),
};

/** `/v1/invitations`: links with which people sign up without a code. */
export function invitationRoutes(options: TicketsRoutesOptions): Hono {
  const { objects, tickets } = options;
  const routes = new Hono();
  routes.get('/', (context) => {
    const query = parseListQuery(context, filters);
    const found = objects
      .list('invitation')
      .filter((each) => {
        const status = tickets.statusOf(each);
        return query.status === undefined ? status !== 'revoked' : status === query.status;
      })
      .filter((each) => String(each['email_address']).includes(query.query?.toLowerCase() ?? ''))
      .map((each) => toInvitation(each, tickets));
    return context.json(requestedPageOf(context, inOrder(found, query.order_by)));
  });
  routes.post('/', async (context) => {
    const fields = await parseBody(context, invitationSchema);
    return context.json(await invite(fields, options));
  });
  routes.post('/bulk', async (context) => {
    const all = await parseBody(context, z.array(invitationSchema).min(1).max(10));
    requireAllInvitable(all, options);
    const created = [];
    for (const fields of all) created.push(await invite(fields, options));
    return context.json(created);
  });
  routes.post('/:id/revoke', async (context) => {
    const record = await tickets.revoke('invitation', context.req.param('id'));
    return context.json({ ...toInvitation(record, tickets), revoked: true });
  });
  return routes;
}

/** Creates an invitation to sign up. */
export async function invite(
  fields: InvitationFields,
  options: TicketsRoutesOptions,
): Promise<object> {
  const { tickets, portalUrl, messages, store } = options;
  const email = requireInvitable(fields, options);
  const record = await tickets.create({
    kind: 'invitation',
    fields: { email_address: email, public_metadata: fields.public_metadata ?? {} },
    expiresInSeconds: fields.expires_in_days * 86_400,
    page: fields.redirect_url ?? portalUrl('/sign-up'),
    action: 'sign_up',
  });
  messages.email({
    slug: 'invitation',
    to: email,
    data: { action_url: record['_url'] },
  });
  await store.commit();
  return toInvitation(record, tickets);
}

/**
 * Checks all invitations of a bulk request before the first is created. Clerk refuses the address of a
 * user here even with `ignore_existing`.
 *
 * @throws {ClerkApiError} 422
 */
function requireAllInvitable(
  all: readonly InvitationFields[],
  options: TicketsRoutesOptions,
): void {
  const emails = new Set<string>();
  for (const fields of all) {
    const email = requireInvitable(fields, options);
    options.users.directory.requireFreeEmail(email);
    if (emails.has(email) && fields.ignore_existing !== true) throw duplicateInvitations([email]);
    emails.add(email);
  }
}

/** @returns the email address, normalised */
function requireInvitable(
  { email_address, ignore_existing }: Pick<InvitationFields, 'email_address' | 'ignore_existing'>,
  { users, objects, tickets }: TicketsRoutesOptions,
): string {
  const email = parseEmail(email_address);
  if (ignore_existing === true) return email;
  users.directory.requireFreeEmail(email);
  const isPending = objects
    .list('invitation')
    .some((each) => each['email_address'] === email && tickets.statusOf(each) === 'pending');
  if (isPending) throw duplicateInvitations([email]);
  return email;
}

function toInvitation(record: ObjectRecord, tickets: Tickets): object {
  const status = tickets.statusOf(record);
  return { ...present(record), status, url: record['_url'], expires_at: record['_expires_at'] };
}
