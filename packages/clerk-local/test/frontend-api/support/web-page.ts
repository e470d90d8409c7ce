import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterEach } from 'vitest';
import { webEnvironment, type ClerkLocal } from '../../../src/index.js';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** The options of `Clerk.load` with which an application names its own pages. */
const ownPages = {
  signInUrl: '/sign-in',
  signUpUrl: '/sign-up',
  waitlistUrl: '/waitlist',
  signInFallbackRedirectUrl: '/dashboard',
  signUpFallbackRedirectUrl: '/dashboard',
};

/**
 * Serves a page at every path that loads Clerk's scripts as `@clerk/nextjs` does. The server closes
 * after the test.
 *
 * @param pages `{}` for an application without pages for the sign-in and sign-up
 * @returns the page's origin
 */
export async function aWebPage(
  clerk: ClerkLocal,
  pages: Readonly<Record<string, string>> = ownPages,
): Promise<string> {
  const html = page(webEnvironment(clerk), pages);
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Not a TCP server.');
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://localhost:${address.port}`;
}

/** Returns HTML with the script tags of `@clerk/nextjs` and the component for the path. */
function page(
  environment: Readonly<Record<string, string>>,
  pages: Readonly<Record<string, string>>,
): string {
  const attributes = `async crossorigin="anonymous"
    data-clerk-publishable-key="${environment['NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY'] ?? ''}"
    data-clerk-proxy-url="${environment['NEXT_PUBLIC_CLERK_PROXY_URL'] ?? ''}"`;
  return `<!doctype html>
<html lang="en">
  <head>
    <title>Page</title>
    <link rel="icon" href="data:," />
    <script data-clerk-js-script ${attributes}
      src="${environment['NEXT_PUBLIC_CLERK_JS_URL'] ?? ''}"></script>
    <script data-clerk-ui-script ${attributes}
      src="${environment['NEXT_PUBLIC_CLERK_UI_URL'] ?? ''}"></script>
  </head>
  <body>
    <main id="app"></main>
    <script>
      addEventListener('load', async () => {
        await Clerk.load({
          ui: { ClerkUI: __internal_ClerkUICtor },
          appearance: { options: { showOptionalFields: true } },
          telemetry: false,
          ...${JSON.stringify(pages)},
          afterSignOutUrl: '/',
        });
        const app = document.getElementById('app');
        const mount = {
          '/sign-in': () => Clerk.mountSignIn(app, { routing: 'hash' }),
          '/sign-up': () => Clerk.mountSignUp(app, { routing: 'hash' }),
          '/account': () => Clerk.mountUserProfile(app, { routing: 'hash' }),
          '/organization': () => Clerk.mountOrganizationProfile(app, { routing: 'hash' }),
          '/switch': () => Clerk.mountOrganizationSwitcher(app, {}),
          '/waitlist': () => Clerk.mountWaitlist(app, {}),
          '/button': () => Clerk.mountUserButton(app, {}),
        }[location.pathname];
        if (mount) mount();
      });
    </script>
  </body>
</html>`;
}
