import { Hono } from 'hono';
import type { ClientCalls } from './client-calls.js';
import type { ClientSessions } from './client-sessions.js';

/** `/v1/client`: the browser that calls. */
export function clientRoutes(calls: ClientCalls, clientSessions: ClientSessions): Hono {
  const routes = new Hono();
  routes.get('/', (context) => calls.answerClient(context));
  // A browser becomes a client with its development browser; there is nothing left to create.
  routes.on(['POST', 'PUT'], '/', (context) => calls.answerClient(context));
  routes.delete('/', async (context) => {
    await clientSessions.removeAll(calls.client(context));
    return calls.answerClient(context);
  });
  return routes;
}
