import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Clients } from '../domain/sessions/clients.js';
import { parseQuery, requestOrigin } from '../http/request.js';
import { browserCookies, requireLocal, type HandshakeRoutesOptions } from './handshake.routes.js';

const initSchema = z.object({ origin: z.string() });

/**
 * `/v1/dev_browser`: registers a browser. Earlier versions of clerk-js use the page `init` in a
 * frame, or cookies of the instance's host, which pages on other ports of that host share.
 */
export function devBrowserRoutes(clients: Clients, handshake: HandshakeRoutesOptions): Hono {
  const routes = new Hono();
  routes.post('/', async (context) => {
    const { devBrowser } = await clients.create();
    return context.json({ object: 'dev_browser', id: devBrowser });
  });
  routes.post('/set_first_party_cookie', async (context) => {
    const origin = requestOrigin(context);
    requireLocal(origin ?? '');
    const known = clients.find(context.req.query('__clerk_db_jwt'));
    const client = known ?? (await clients.create());
    const { hostname } = new URL(context.req.url);
    for (const cookie of await browserCookies(client, hostname, handshake, origin)) {
      context.header('set-cookie', cookie, { append: true });
    }
    return context.body(null, 200);
  });
  routes.get('/init', async (context) => {
    const { origin } = requireLocal(parseQuery(context, initSchema).origin);
    const { devBrowser } = await clients.create();
    const nonce = randomBytes(16).toString('base64');
    context.header('cache-control', 'no-store');
    context.header(
      'content-security-policy',
      `default-src 'none'; script-src 'nonce-${nonce}'; frame-ancestors ${origin}`,
    );
    // Each value is base 62 or an origin, so neither can close the script element.
    const message = JSON.stringify({ browserToken: devBrowser });
    return context.html(
      `<!doctype html><html lang="en"><title>Browser</title><script nonce="${nonce}">` +
        `parent.postMessage(${message}, ${JSON.stringify(origin)});</script></html>`,
    );
  });
  return routes;
}
