import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import type { Store } from '../domain/state/store.js';
import { escapeHtml } from './html.js';
import { clerkJsPath, clerkUiPath } from './web-environment.js';

/** The pages, with the method of clerk-js that shows the component. */
const components = {
  '/sign-in': 'mountSignIn',
  '/sign-up': 'mountSignUp',
  '/user': 'mountUserProfile',
  '/waitlist': 'mountWaitlist',
} as const;

/**
 * The Account Portal: pages with Clerk's components, for applications without their own. After a
 * sign-in, Clerk's component redirects to the page's `redirect_url`, if that is a page of this
 * machine.
 */
export function accountPortalRoutes(store: Store, applicationName: string): Hono {
  const routes = new Hono();
  for (const [path, mount] of Object.entries(components)) {
    routes.get(path, (context) => {
      const nonce = randomBytes(16).toString('base64');
      context.header('cache-control', 'no-store');
      // Clerk's components insert style elements, and load scripts and images only from this
      // server.
      context.header(
        'content-security-policy',
        `default-src 'self'; script-src 'self' 'nonce-${nonce}' 'strict-dynamic'; ` +
          "style-src 'self' 'unsafe-inline'; img-src * data:; worker-src 'self' blob:; " +
          "frame-ancestors 'none'",
      );
      const origin = new URL(context.req.url).origin;
      return context.html(page({ mount, nonce, applicationName, origin, ...store.keys }));
    });
  }
  return routes;
}

interface PageInput {
  readonly mount: string;
  readonly nonce: string;
  readonly applicationName: string;
  readonly origin: string;
  readonly publishableKey: string;
}

function page({ mount, nonce, applicationName, origin, publishableKey }: PageInput): string {
  const attributes = `nonce="${nonce}" crossorigin="anonymous"
    data-clerk-publishable-key="${publishableKey}" data-clerk-proxy-url="${origin}"`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escapeHtml(applicationName)}</title>
    <link rel="icon" href="data:," />
    <style>
      body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f5f5f5; }
      #app { padding: 1rem; max-width: 100%; box-sizing: border-box; }
    </style>
    <script data-clerk-js-script ${attributes} src="${clerkJsPath}"></script>
    <script data-clerk-ui-script ${attributes} src="${clerkUiPath}"></script>
  </head>
  <body>
    <main id="app"></main>
    <script nonce="${nonce}">
      (async () => {
        // With hash routing, Clerk's components do not read the query of the page.
        const target = new URLSearchParams(location.search).get('redirect_url') ?? '/user';
        await Clerk.load({
          ui: { ClerkUI: __internal_ClerkUICtor },
          telemetry: false,
          signInUrl: '/sign-in',
          signUpUrl: '/sign-up',
          waitlistUrl: '/waitlist',
          signInFallbackRedirectUrl: target,
          signUpFallbackRedirectUrl: target,
          afterSignOutUrl: '/sign-in',
          allowedRedirectOrigins: [/^https?:\\/\\/(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d+)?$/],
        });
        if (!Clerk.user && location.pathname === '/user') location.assign('/sign-in');
        else Clerk.${mount}(document.getElementById('app'), { routing: 'hash' });
      })();
    </script>
  </body>
</html>`;
}
