import { cors } from 'hono/cors';
import type { MiddlewareHandler, Hono } from 'hono';
import { methodOverride } from 'hono/method-override';
import { isLoopbackUrl } from '../http/hosts.js';

const PREFLIGHT_SECONDS = 600;

/** CORS, with credentials, for pages of this machine and for no others. */
export function allowLocalPages(): MiddlewareHandler {
  return cors({
    origin: (origin) => (isLoopbackUrl(origin) ? origin : null),
    credentials: true,
    allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    // What clerk-js reads of an answer besides its body.
    exposeHeaders: ['Authorization', 'Clerk-Db-Jwt', 'Retry-After', 'X-Country'],
    maxAge: PREFLIGHT_SECONDS,
  });
}

/** The methods that clerk-js sends as POST, so that browsers ask no permission first. */
const sentAsPost = new Set(['PATCH', 'PUT', 'DELETE']);

/** `POST …?_method=PATCH` is a PATCH. Any other `_method` is of no consequence. */
export function overrideMethod(app: Hono): MiddlewareHandler {
  const override = methodOverride({ app, query: '_method' });
  return (context, next) => {
    const method = context.req.query('_method')?.toUpperCase() ?? '';
    const applies = context.req.method === 'POST' && sentAsPost.has(method);
    return applies ? override(context, next) : next();
  };
}
