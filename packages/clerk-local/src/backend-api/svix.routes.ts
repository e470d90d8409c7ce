import { Hono } from 'hono';
import type { Services } from '../domain/services/services.js';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';

/**
 * `/v1/webhooks`: switches the sending of webhooks on and off. The console takes the place of svix's
 * dashboard.
 */
export function svixRoutes({ store, portalUrl }: Pick<Services, 'store' | 'portalUrl'>): Hono {
  const url = (): object => ({ svix_url: portalUrl('/#webhooks') });
  const routes = new Hono();
  routes.post('/svix', async (context) => {
    if (store.settings.svixApp) throw new ClerkApiError(400, 'svix_app_exists', 'Svix app exists');
    store.settings = { ...store.settings, svixApp: true };
    await store.commit();
    return context.json(url());
  });
  routes.delete('/svix', async (context) => {
    requireApp(store.settings.svixApp);
    store.settings = { ...store.settings, svixApp: false };
    await store.commit();
    return context.body(null, 204);
  });
  routes.post('/svix_url', (context) => {
    requireApp(store.settings.svixApp);
    return context.json(url());
  });
  return routes;
}

function requireApp(exists: boolean): void {
  if (exists) return;
  throw new ClerkApiError(400, 'svix_app_missing', 'Svix app missing', {
    longMessage: 'No webhooks are sent: create the Svix app first (POST /v1/webhooks/svix).',
  });
}
