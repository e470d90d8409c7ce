import { Hono } from 'hono';
import { z } from 'zod';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import type { Store } from '../domain/state/store.js';
import { parseQuery } from '../http/request.js';
import { escapeHtml, inScript } from './html.js';
import { clerkJsPath } from './web-environment.js';

const querySchema = z.object({
  publishable_key: z.string().optional(),
  frontend_api: z.string().optional(),
  frontendApi: z.string().optional(),
  proxy_url: z.string().optional(),
  domain: z.string().optional(),
  sign_in_url: z.string().optional(),
});

/**
 * `GET /v1/public/interstitial`: the page that servers with an early SDK of Clerk send until they
 * know the user. It loads clerk-js, which sets the browser's cookies, and then reloads the page.
 */
export function interstitialRoutes(store: Store): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    const query = parseQuery(context, querySchema);
    const key = query.publishable_key ?? query.frontend_api ?? query.frontendApi;
    if (key === undefined) throw missingKey();
    const { publishableKey } = store.keys;
    const origin = store.url ?? new URL(context.req.url).origin;
    const options = {
      telemetry: false,
      ...(query.sign_in_url === undefined ? {} : { signInUrl: query.sign_in_url }),
      ...(query.domain === undefined ? {} : { isSatellite: true, domain: query.domain }),
    };
    return context.html(`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Loading</title>
    <script async crossorigin="anonymous" src="${escapeHtml(origin + clerkJsPath)}"
      data-clerk-js-script data-clerk-publishable-key="${escapeHtml(query.publishable_key ?? publishableKey)}"
      data-clerk-proxy-url="${escapeHtml(query.proxy_url ?? origin)}"></script>
  </head>
  <body>
    <script>
      addEventListener('load', async () => {
        await Clerk.load(${inScript(options)});
        location.reload();
      });
    </script>
  </body>
</html>`);
  });
  return routes;
}

function missingKey(): ClerkApiError {
  return new ClerkApiError(400, 'publishable_key_missing', 'Publishable key missing', {
    longMessage: 'Name the instance with publishable_key.',
  });
}
