import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { consolePage } from '../console/console-page.js';
import type { Instance } from './instance.js';

/** `/`: the console. Its script reads `/_local`, which other pages cannot. */
export function consoleRoutes({
  applicationName,
  inspector,
}: Pick<Instance, 'applicationName' | 'inspector'>): Hono {
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
    return context.html(consolePage({ nonce, applicationName, inspects: inspector !== undefined }));
  });
  return routes;
}
