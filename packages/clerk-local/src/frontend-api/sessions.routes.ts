import { z } from 'zod';
import { Hono } from 'hono';
import type { SessionTokens } from '../domain/sessions/session-tokens.js';
import type { Sessions } from '../domain/sessions/sessions.js';
import type { Organizations } from '../domain/organizations/organizations.js';
import type { SessionRecord } from '../domain/state/session-records.js';
import { parseBody, requestOrigin } from '../http/request.js';
import type { ClientCalls } from './client-calls.js';
import type { ClientSessions } from './client-sessions.js';

/*
 * clerk-js sends further parameters with these calls, such as the state of the tab, which Clerk's document
 * does not have. They are ignored.
 */

/** The parameters of `touch`. */
const touchSchema = z.object({
  /** An id or a slug; empty for the personal account. */
  active_organization_id: z.string().nullish(),
  intent: z.string().nullish(),
});

/** The parameters of `tokens`. */
const createTokenSchema = z.object({ organization_id: z.string().nullish() });

export interface SessionsRoutesOptions {
  readonly calls: ClientCalls;
  readonly clientSessions: ClientSessions;
  readonly sessions: Sessions;
  readonly organizations: Organizations;
  readonly tokens: SessionTokens;
  /** Whether the instance has no personal accounts. */
  readonly organizationRequired: boolean;
}

/** `/v1/client/sessions`: the sessions of the calling browser. */
export function sessionsRoutes(options: SessionsRoutesOptions): Hono {
  const { calls, clientSessions, sessions, organizations, tokens, organizationRequired } = options;
  /** Returns the organization that a call names; `undefined` for the selected one. */
  const organizationOf = (
    { userId }: SessionRecord,
    name?: string | null,
  ): string | null | undefined => {
    if (name === undefined || name === null) return undefined;
    if (name === '' || name === 'null') return organizationRequired ? undefined : null;
    return organizations.members.require(name, userId).organizationId;
  };
  const routes = new Hono();
  routes.delete('/', async (context) => {
    await clientSessions.removeAll(calls.client(context));
    return calls.answerClient(context);
  });
  routes.get('/:id', (context) => {
    const session = clientSessions.get(calls.client(context), context.req.param('id'));
    return calls.answerSession(context, session);
  });
  routes.post('/:id/touch', async (context) => {
    const client = calls.client(context);
    const fields = await parseBody(context, touchSchema);
    const record = clientSessions.requireActive(client, context.req.param('id'));
    const { id } = record;
    const organizationId = organizationOf(record, fields.active_organization_id);
    if (organizationId !== undefined) await sessions.selectOrganization(id, organizationId);
    const session = await sessions.touch(id);
    await clientSessions.select(client, id);
    return calls.answerSession(context, session);
  });
  routes.post('/:id/tokens', async (context) => {
    const fields = await parseBody(context, createTokenSchema);
    const record = clientSessions.requireActive(calls.client(context), context.req.param('id'));
    const { id } = record;
    const jwt = await tokens.create({
      sessionId: id,
      origin: requestOrigin(context),
      organizationId: organizationOf(record, fields.organization_id),
    });
    return context.json({ jwt });
  });
  routes.post('/:id/tokens/:templateName', async (context) => {
    const { id, templateName } = context.req.param();
    clientSessions.requireActive(calls.client(context), id);
    const request = { sessionId: id, origin: requestOrigin(context) };
    return context.json({ jwt: await tokens.createFromTemplate(templateName, request) });
  });
  routes.post('/:id/end', async (context) => {
    const id = context.req.param('id');
    const session = await clientSessions.end(calls.client(context), id, 'ended');
    return calls.answerSession(context, session);
  });
  routes.post('/:id/remove', async (context) => {
    const id = context.req.param('id');
    const session = await clientSessions.end(calls.client(context), id, 'removed');
    return calls.answerSession(context, session);
  });
  return routes;
}

const serviceSchema = z.object({ service: z.string() });

/**
 * `POST /v1/me/tokens`: a token for another service, from the JWT template with the service's name.
 */
export function serviceTokensRoutes(calls: ClientCalls, tokens: SessionTokens): Hono {
  const routes = new Hono();
  routes.post('/', async (context) => {
    const { id } = calls.session(context);
    const { service } = await parseBody(context, serviceSchema);
    const request = { sessionId: id, origin: requestOrigin(context) };
    return context.json({
      object: 'token',
      jwt: await tokens.createFromTemplate(service, request),
    });
  });
  return routes;
}
