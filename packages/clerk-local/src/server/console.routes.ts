import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { consolePage } from '../console/console-page.js';

/** `/`: the console. Its script reads `/_local`, which other pages cannot. */
export function consoleRoutes(applicationName: string): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    const nonce = randomBytes(16).toString('base64');
    context.header('cache-control', 'no-store');
    context.header(
      'content-security-policy',
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; ` +
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; " +
        "frame-ancestors 'none'",
    );
    return context.html(consolePage({ nonce, applicationName }));
  });
  return routes;
}
