import { Hono } from 'hono';
import type { Clients } from '../clients/clients.js';

/** `POST /v1/dev_browser`: a browser that the instance does not know yet introduces itself. */
export function devBrowserRoutes(clients: Clients): Hono {
  const routes = new Hono();
  routes.post('/', async (context) => {
    const { devBrowser } = await clients.create();
    return context.json({ object: 'dev_browser', id: devBrowser });
  });
  return routes;
}
