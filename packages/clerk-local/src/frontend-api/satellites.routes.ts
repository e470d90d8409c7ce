import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Domains } from '../domain/objects/domains.js';
import { resourceNotFound } from '../domain/shared/clerk-api-error.js';
import { parseQuery, requestOrigin } from '../http/request.js';
import { requireLocal, withHandshake, type HandshakeRoutesOptions } from './handshake.routes.js';

export interface SatellitesRoutesOptions extends HandshakeRoutesOptions {
  readonly domains: Domains;
}

const syncSchema = z.object({
  link_domain: z.string().optional(),
  redirect_url: z.string(),
  __clerk_db_jwt: z.string().optional(),
});
const linkSchema = z.object({ __clerk_token: z.string() });

/** A satellite's page that waits for the primary domain's browser. */
interface Link {
  readonly devBrowser: string;
  readonly page: URL;
}

/**
 * `GET /v1/client/sync` and `/v1/client/link`: a page of a satellite gets the browser and the session
 * of the primary domain. Both domains have the same Frontend API here. Links work once.
 */
export function satellitesRoutes(options: SatellitesRoutesOptions): Hono {
  const { clients, domains } = options;
  const links = new Map<string, Link>();
  const routes = new Hono();
  routes.get('/sync', async (context) => {
    const query = parseQuery(context, syncSchema);
    const page = requireLocal(query.redirect_url);
    if (query.link_domain !== undefined) requireSatellite(domains, query.link_domain);
    const { devBrowser } = clients.find(query.__clerk_db_jwt) ?? (await clients.create());
    const token = randomBytes(24).toString('base64url');
    links.set(token, { devBrowser, page });
    context.header('cache-control', 'no-store');
    return context.redirect(`/v1/client/link?__clerk_token=${token}`, 307);
  });
  routes.get('/link', async (context) => {
    const { __clerk_token: token } = parseQuery(context, linkSchema);
    const link = links.get(token);
    links.delete(token);
    if (link === undefined) throw resourceNotFound('The link does not exist or was already used.');
    const client = clients.require(link.devBrowser);
    const page = new URL(link.page);
    page.searchParams.set('__clerk_synced', 'true');
    context.header('cache-control', 'no-store');
    return context.redirect(
      await withHandshake(page, client, options, requestOrigin(context)),
      307,
    );
  });
  return routes;
}

function requireSatellite(domains: Domains, name: string): void {
  const known = domains
    .list()
    .some((domain) => domain['is_satellite'] === true && domain['name'] === name.toLowerCase());
  if (!known) throw resourceNotFound(`The instance has no satellite ${name}.`);
}
