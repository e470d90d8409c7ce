import { z } from 'zod';
import { Hono } from 'hono';
import type { SessionTokens } from '../domain/sessions/session-tokens.js';
import type { Sessions } from '../domain/sessions/sessions.js';
import { parseParameters } from '../domain/shared/parameters.js';
import { readBody, requestOrigin } from '../http/request.js';
import type { ClientCalls } from './client-calls.js';
import type { ClientSessions } from './client-sessions.js';

/** Organizations are not emulated, so only the personal account can be selected. */
const noOrganization = z.literal(['', 'null']).nullish();

/** The parameters of `touch`. */
const touchSchema = z.object({
  active_organization_id: noOrganization,
  intent: z.string().nullish(),
});

/** The parameters of `tokens`. */
export const createTokenSchema = z.object({ organization_id: noOrganization });

export interface SessionsRoutesOptions {
  readonly calls: ClientCalls;
  readonly clientSessions: ClientSessions;
  readonly sessions: Sessions;
  readonly tokens: SessionTokens;
}

/** `/v1/client/sessions`: the sessions of the calling browser. */
export function sessionsRoutes(options: SessionsRoutesOptions): Hono {
  const { calls, clientSessions, sessions, tokens } = options;
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
    parseParameters(touchSchema, await readBody(context));
    const { id } = clientSessions.requireActive(client, context.req.param('id'));
    const session = await sessions.touch(id);
    await clientSessions.select(client, id);
    return calls.answerSession(context, session);
  });
  routes.post('/:id/tokens', async (context) => {
    parseParameters(createTokenSchema, await readBody(context));
    const { id } = clientSessions.requireActive(calls.client(context), context.req.param('id'));
    const jwt = await tokens.create({ sessionId: id, origin: requestOrigin(context) });
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
