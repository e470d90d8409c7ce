import { cors } from 'hono/cors';
import type { MiddlewareHandler } from 'hono';
import { isLoopbackUrl } from './loopback.js';

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
