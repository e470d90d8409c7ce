import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Services } from '../domain/services/services.js';
import { devBrowserIn } from '../domain/sessions/browser-cookies.js';
import { isLoopbackUrl } from '../http/hosts.js';
import { escapeHtml, inScript } from './html.js';
import { clerkJsPath, clerkUiPath } from './web-environment.js';

/** The pages, with the method of clerk-js that shows the component. */
const components = {
  '/sign-in': 'mountSignIn',
  '/sign-up': 'mountSignUp',
  '/user': 'mountUserProfile',
  '/organization': 'mountOrganizationProfile',
  '/create-organization': 'mountCreateOrganization',
  '/waitlist': 'mountWaitlist',
} as const;

/**
 * The Account Portal: pages with Clerk's components, for applications without their own. After a
 * sign-in, Clerk's component redirects to the page's `redirect_url`, if that is a page of this
 * machine, else to `/default-redirect`.
 */
export function accountPortalRoutes({
  store,
  clients,
  applicationName,
}: Pick<Services, 'store' | 'clients' | 'applicationName'>): Hono {
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
      const url = new URL(context.req.url);
      const target = localUrl(url.searchParams.get('redirect_url'), url) ?? defaultRedirect;
      const { origin } = url;
      return context.html(page({ mount, nonce, applicationName, origin, target, ...store.keys }));
    });
    // Clerk's pages have paths such as `/sign-in/choose`. These use the hash.
    routes.get(`${path}/:step{.+}`, (context) => {
      const { search } = new URL(context.req.url);
      return context.redirect(`${path}${search}#/${context.req.param('step')}`);
    });
  }
  routes.get(defaultRedirect, (context) => {
    context.header('cache-control', 'no-store');
    // clerk-js opens this page from an application without the browser's token.
    const from = context.req.header('referer') ?? '';
    if (isLoopbackUrl(from) && new URL(from).origin !== new URL(context.req.url).origin) {
      return context.redirect(new URL('/', from).href);
    }
    const { publishableKey } = store.keys;
    const devBrowser =
      context.req.query('__clerk_db_jwt') ?? devBrowserIn(publishableKey, getCookie(context));
    const client = clients.find(devBrowser);
    if (client === undefined || client.homeOrigin === null) return context.redirect('/user');
    const home = new URL(client.homeOrigin);
    // The application may have another host, and so other cookies.
    home.searchParams.set('__clerk_db_jwt', client.devBrowser);
    return context.redirect(home.href);
  });
  return routes;
}

/** Leads back to the application that the browser came from or last opened, else to its account. */
const defaultRedirect = '/default-redirect';

/** @returns `undefined` for a URL that is not a page of this machine or of the portal */
function localUrl(url: string | null, portal: URL): string | undefined {
  if (url === null || !URL.canParse(url, portal.href)) return undefined;
  const { href, origin } = new URL(url, portal);
  return origin === portal.origin || isLoopbackUrl(href) ? href : undefined;
}

interface PageInput {
  readonly mount: string;
  readonly nonce: string;
  readonly applicationName: string;
  readonly origin: string;
  /** The page after a sign-in. */
  readonly target: string;
  readonly publishableKey: string;
}

function page(input: PageInput): string {
  const { mount, nonce, applicationName, origin, target, publishableKey } = input;
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
        const target = ${inScript(target)};
        await Clerk.load({
          ui: { ClerkUI: __internal_ClerkUICtor },
          telemetry: false,
          signInUrl: '/sign-in',
          signUpUrl: '/sign-up',
          waitlistUrl: '/waitlist',
          // With hash routing, Clerk's components do not read the query of the page.
          signInFallbackRedirectUrl: target,
          signUpFallbackRedirectUrl: target,
          afterSignOutUrl: '/sign-in',
          allowedRedirectOrigins: [
            location.origin,
            /^https?:\\/\\/(localhost|[^/]+\\.localhost|127(\\.\\d{1,3}){3}|\\[::1\\])(:\\d+)?$/,
          ],
        });
        const mount = ${inScript(mount)};
        const isPublic = ['mountSignIn', 'mountSignUp', 'mountWaitlist'].includes(mount);
        const here = '?redirect_url=' + encodeURIComponent(location.pathname + location.search);
        if (!Clerk.user && !isPublic) location.replace('/sign-in' + here);
        else if (!Clerk.organization && mount === 'mountOrganizationProfile') {
          location.replace('/create-organization');
        } else {
          Clerk[mount](document.getElementById('app'), {
            routing: 'hash',
            afterCreateOrganizationUrl: target,
            afterLeaveOrganizationUrl: target,
          });
        }
      })();
    </script>
  </body>
</html>`;
}
