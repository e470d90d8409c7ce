import { Hono } from 'hono';
import type { ClientCalls } from '../client-calls.js';

/** Organizations are switched off: Clerk's SDKs ask all the same, and find none. */
export function organizationsRoutes(calls: ClientCalls): Hono {
  const routes = new Hono();
  for (const list of ['memberships', 'invitations', 'suggestions']) {
    routes.get(`/organization_${list}`, (context) => {
      calls.session(context);
      return calls.answer(context, { data: [], total_count: 0 });
    });
  }
  return routes;
}
