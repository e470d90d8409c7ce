import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { z } from 'zod';
import {
  ClerkApiError,
  invalidParameter,
  resourceNotFound,
} from '../domain/shared/clerk-api-error.js';
import { wholeNumber } from '../domain/shared/parameters.js';
import { parseQuery, readBody } from '../http/request.js';
import type { Faults } from './faults.js';
import type { Inspector } from './inspector.js';
import type { Stagings } from './stagings.js';
import type { RequestLog } from './request-log.js';

/** The deliveries of webhooks, as the control API uses them. */
export interface Deliveries {
  /** Every attempt, oldest first. */
  deliveries(): readonly object[];
  /** The messages that are not delivered yet. */
  pending(): number;
  /** Sends a message again. Returns false if the message is unknown. */
  replay(messageId: string): boolean;
}

export interface ControlRoutesOptions {
  readonly secretKey: string;
  readonly faults: Faults;
  readonly webhooks: Deliveries;
  readonly requests: RequestLog;
  /** Returns the emails and text messages that were sent, newest first. */
  readonly messages: () => readonly object[];
  /** Asks the application for its rows; missing without an inspect URL. */
  readonly inspector: Inspector | undefined;
  readonly stagings: Stagings;
  /** Calls the Backend API for the console, without faults and without a log line. */
  readonly backend: (request: Request) => Promise<Response>;
}

/** How many users the console shows at once. */
const maxInspected = 100;

function tooMany(): ClerkApiError {
  return invalidParameter('user_id', 'form_param_value_invalid', `At most ${maxInspected} users.`);
}

const requestsQuerySchema = z.object({ after: wholeNumber.default(0) });

/**
 * `/_local`: controls this instance. Clerk has no such routes.
 *
 * Callers need the secret key as bearer, unless the request comes from the console, which this
 * server serves.
 */
export function controlRoutes(options: ControlRoutesOptions): Hono {
  const { faults, webhooks, requests, stagings } = options;
  const routes = new Hono();
  routes.use(authenticate(options.secretKey));
  routes.get('/faults', (context) => context.json({ faults: faults.all() }));
  routes.post('/faults', async (context) => {
    return context.json(faults.add(await readBody(context)), 201);
  });
  routes.delete('/faults', (context) => context.json({ deleted: faults.delete() }));
  routes.delete('/faults/:id', (context) => {
    const id = context.req.param('id');
    if (faults.delete(id) === 0) throw resourceNotFound(`No fault was found with id ${id}`);
    return context.json({ deleted: 1 });
  });
  routes.get('/deliveries', (context) => {
    return context.json({ deliveries: webhooks.deliveries(), pending: webhooks.pending() });
  });
  routes.post('/deliveries/:messageId/replay', (context) => {
    const id = context.req.param('messageId');
    if (!webhooks.replay(id)) throw resourceNotFound(`No webhook was found with id ${id}`);
    return context.json({ replayed: id }, 202);
  });
  routes.get('/messages', (context) => context.json({ messages: options.messages() }));
  routes.get('/requests', (context) => {
    const { after } = parseQuery(context, requestsQuerySchema);
    return context.json({ requests: requests.all(after) });
  });
  routes.get('/inspect', async (context) => {
    const userIds = context.req.queries('user_id') ?? [];
    if (userIds.length > maxInspected) throw tooMany();
    return context.json({ rows: (await options.inspector?.rows(userIds)) ?? {} });
  });
  routes.get('/stagings', (context) => {
    return context.json({ stagings: stagings.all(), current: stagings.current });
  });
  routes.post('/stagings', async (context) => {
    return context.json(await stagings.start(await readBody(context)), 201);
  });
  routes.delete('/stagings', (context) => {
    stagings.end();
    return context.json({ current: null });
  });
  routes.all('/api/*', (context) => options.backend(context.req.raw));
  return routes;
}

/**
 * Requires the secret key, or a request of a page that this server serves.
 *
 * Browsers set `Sec-Fetch-Site` and `Origin` themselves: pages of other origins cannot forge them,
 * and the server's check of `Host` refuses rebound names.
 */
function authenticate(secretKey: string): MiddlewareHandler {
  const expected = `Bearer ${secretKey}`;
  return async (context, next) => {
    context.header('cache-control', 'no-store');
    if (context.req.header('authorization') === expected || isSameOrigin(context)) return next();
    throw new ClerkApiError(401, 'authentication_invalid', 'Invalid authentication', {
      longMessage: 'Send the secret key of this instance: Authorization: Bearer $CLERK_SECRET_KEY.',
    });
  };
}

function isSameOrigin(context: Context): boolean {
  const site = context.req.header('sec-fetch-site');
  const origin = context.req.header('origin');
  const own = new URL(context.req.url).origin;
  if (origin !== undefined && origin !== own) return false;
  if (site !== undefined) return site === 'same-origin';
  return origin === own;
}
