import { Hono } from 'hono';
import { z } from 'zod';
import type { Services } from '../domain/services/services.js';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import { parseQuery } from '../http/request.js';
import { requireLocal } from './handshake.routes.js';

const redirectSchema = z.object({ redirect_url: z.string().optional() });
const proxySchema = z.object({ domain_id: z.string() });

/** Operations on the site of an instance: the Account Portal, safe redirects and proxies. */
export function siteRoutes({
  store,
  portalUrl,
  domains,
}: Pick<Services, 'store' | 'portalUrl' | 'domains'>): Hono {
  const routes = new Hono();
  routes.get('/account_portal', (context) => {
    const page = portalUrl('/default-redirect');
    return context.json({
      object: 'account_portal',
      allowed: true,
      enabled: true,
      internal_linking: true,
      after_sign_in_url: page,
      after_sign_up_url: page,
      after_join_waitlist_url: page,
      after_create_organization_url: page,
      after_leave_organization_url: page,
      logo_link_url: page,
      customization: {
        appearance: null,
        background_color_dark: null,
        background_color_light: null,
        primary_color_dark: null,
        primary_color_light: null,
      },
    });
  });
  routes.get('/redirect', (context) => {
    const { redirect_url: url = '' } = parseQuery(context, redirectSchema);
    return context.redirect(url === '' ? portalUrl('/user') : requireLocal(url).href, 307);
  });
  routes.get('/clear-site-data', (context) => {
    context.header('clear-site-data', '"*"');
    return context.body(null, 200);
  });
  routes.get('/proxy-health', (context) => {
    const { domain_id } = parseQuery(context, proxySchema);
    domains.get(domain_id);
    for (const name of ['clerk-proxy-url', 'clerk-secret-key', 'x-forwarded-for']) {
      if (!context.req.header(name)) throw proxyBroken(`The proxy does not send ${name}.`);
    }
    if (context.req.header('clerk-secret-key') !== store.keys.secretKey) {
      throw proxyBroken('The proxy sends the secret key of another instance.');
    }
    const x_forwarded_for = context.req.header('x-forwarded-for');
    return context.json({ status: 'healthy', x_forwarded_for });
  });
  return routes;
}

function proxyBroken(longMessage: string): ClerkApiError {
  return new ClerkApiError(400, 'proxy_request_invalid', 'Invalid proxy', { longMessage });
}
