import { Hono } from 'hono';
import { z } from 'zod';
import type { Services } from '../domain/services/services.js';
import { refreshedDirectives } from '../domain/sessions/browser-cookies.js';
import { RefreshTokens } from '../domain/sessions/refresh-tokens.js';
import { optionalText, wholeNumber } from '../domain/shared/parameters.js';
import { sessionStatusSchema } from '../domain/state/session-records.js';
import { parseBody, parseListQuery, requestOrigin, requestedPageOf } from '../http/request.js';

const filters = {
  user_id: z.string().optional(),
  client_id: z.string().optional(),
  status: sessionStatusSchema.optional(),
};

const createSessionSchema = z.strictObject({
  user_id: z.string(),
  active_organization_id: optionalText,
});

const refreshSchema = z.strictObject({
  expired_token: z.string(),
  refresh_token: z.string(),
  request_origin: z.string(),
  format: z.enum(['token', 'cookie']).nullish(),
  /** Accepted without effect: sessions record no activity. */
  request_headers: z.record(z.string(), z.unknown()).nullish(),
  request_originating_ip: z.string().nullish(),
});

/** The limits of Clerk's published OpenAPI document: 30 seconds to ten years. */
const createTokenSchema = z.strictObject({
  expires_in_seconds: wholeNumber.pipe(z.int().min(30).max(315_360_000)).nullish(),
});

/** `/v1/sessions` of the Backend API. */
export function sessionsRoutes({
  sessions,
  tokens,
  store,
  users,
  organizations,
}: Pick<Services, 'sessions' | 'tokens' | 'store' | 'users' | 'organizations'>): Hono {
  const refreshTokens = new RefreshTokens({ sessions, tokens, store });
  const routes = new Hono();
  routes.get('/', (context) => {
    const query = parseListQuery(context, filters);
    const found = sessions.list({
      userId: query.user_id,
      clientId: query.client_id,
      status: query.status,
    });
    return context.json(requestedPageOf(context, found));
  });
  routes.post('/', async (context) => {
    const fields = await parseBody(context, createSessionSchema);
    const organizationId = organizations.members.organizationOf(
      users.get(fields.user_id).id,
      fields.active_organization_id,
    );
    return context.json(await sessions.create(fields.user_id, { organizationId }));
  });
  routes.get('/:id', (context) => context.json(sessions.get(context.req.param('id'))));
  routes.post('/:id/revoke', async (context) => {
    return context.json(await sessions.revoke(context.req.param('id')));
  });
  routes.post('/:id/refresh', async (context) => {
    const fields = await parseBody(context, refreshSchema);
    const jwt = await refreshTokens.redeem({
      sessionId: context.req.param('id'),
      expiredToken: fields.expired_token,
      refreshToken: fields.refresh_token,
      origin: fields.request_origin,
    });
    if (fields.format !== 'cookie') return context.json({ object: 'token', jwt });
    const cookies = refreshedDirectives(store.keys.publishableKey, jwt);
    return context.json({ object: 'cookies', cookies });
  });
  routes.post('/:id/tokens', async (context) => {
    const fields = await parseBody(context, createTokenSchema);
    const jwt = await tokens.create({
      sessionId: context.req.param('id'),
      origin: requestOrigin(context),
      lifetimeSeconds: fields.expires_in_seconds ?? undefined,
    });
    return context.json({ jwt, object: 'token' });
  });
  routes.post('/:id/tokens/:templateName', async (context) => {
    const fields = await parseBody(context, createTokenSchema);
    const { id, templateName } = context.req.param();
    const jwt = await tokens.createFromTemplate(templateName, {
      sessionId: id,
      origin: requestOrigin(context),
      lifetimeSeconds: fields.expires_in_seconds ?? undefined,
    });
    return context.json({ jwt, object: 'token' });
  });
  return routes;
}
