import type { Hono, MiddlewareHandler } from 'hono';
import { methodOverride } from 'hono/method-override';

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
