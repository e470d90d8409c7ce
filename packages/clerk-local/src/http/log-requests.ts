import type { MiddlewareHandler } from 'hono';
import type { Log } from '../log.js';

/** A line a request: method, path without its query, and status. */
export function logRequests(log: Log): MiddlewareHandler {
  return async (context, next) => {
    await next();
    log(`${context.req.method} ${context.req.path} ${context.res.status}`);
  };
}
