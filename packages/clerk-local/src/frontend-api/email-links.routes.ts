import { Hono } from 'hono';
import { z } from 'zod';
import type { Clients } from '../domain/sessions/clients.js';
import { parseQuery } from '../http/request.js';
import type { EmailLinks } from './email-links.js';
import type { SignIns } from './sign-ins.js';
import type { SignUps } from './sign-ups.js';

export interface EmailLinksRoutesOptions {
  readonly clients: Clients;
  readonly links: EmailLinks;
  readonly signIns: SignIns;
  readonly signUps: SignUps;
}

const querySchema = z.object({ token: z.string() });

/** `GET /v1/verify`: the link of an email. It continues at the application's page. */
export function emailLinksRoutes(options: EmailLinksRoutesOptions): Hono {
  const { clients, links, signIns, signUps } = options;
  const routes = new Hono();
  routes.get('/', async (context) => {
    const link = links.take(parseQuery(context, querySchema).token);
    const client = clients.require(link.devBrowser);
    const attempts = link.kind === 'sign_in' ? signIns : signUps;
    const { created_session_id } = await attempts.followLink(client, link.attemptId);
    const url = new URL(link.redirectUrl);
    url.searchParams.set('__clerk_status', 'verified');
    url.searchParams.set('__clerk_created_session', created_session_id ?? '');
    context.header('cache-control', 'no-store');
    return context.redirect(url.href, 303);
  });
  return routes;
}
