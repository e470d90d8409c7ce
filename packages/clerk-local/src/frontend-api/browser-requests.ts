import { cors } from 'hono/cors';
import type { MiddlewareHandler, Hono } from 'hono';
import { methodOverride } from 'hono/method-override';
import { isLoopbackUrl } from '../http/hosts.js';

const preflightMaxAgeSeconds = 600;

/** Allows CORS with credentials for pages of this machine only. */
export function allowLocalPages(): MiddlewareHandler {
  return cors({
    origin: (origin) => (isLoopbackUrl(origin) ? origin : null),
    credentials: true,
    allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    // The response headers that clerk-js reads.
    exposeHeaders: ['Authorization', 'Clerk-Db-Jwt', 'Retry-After', 'X-Country'],
    maxAge: preflightMaxAgeSeconds,
  });
}

/** The methods that clerk-js sends as POST to avoid CORS preflight requests. */
const sentAsPost = new Set(['PATCH', 'PUT', 'DELETE']);

/** Handles `POST …?_method=PATCH` as a PATCH. Ignores any other `_method`. */
export function overrideMethod(app: Hono): MiddlewareHandler {
  const override = methodOverride({ app, query: '_method' });
  return (context, next) => {
    const method = context.req.query('_method')?.toUpperCase() ?? '';
    const applies = context.req.method === 'POST' && sentAsPost.has(method);
    return applies ? override(context, next) : next();
  };
}
