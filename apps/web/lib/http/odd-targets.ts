import type { IncomingMessage } from 'node:http';
import { onRequest } from './on-request';

/** A route handler: it answers OPTIONS, and responds with 405 to methods that it does not have. */
const handlerPath = '/own-origin';

/**
 * Rewrites requests from which Next cannot make a `Request`, before it tries to. Each would be a 500
 * with a stack trace in the log.
 *
 * - `TRACE`, a method that fetch forbids, becomes another one that gets 405. Next omits the `Allow`
 *   that a 405 must have (RFC 9110, 15.5.6).
 * - `OPTIONS *` becomes `OPTIONS` of a path.
 * - `GET http://example.com/a`, which servers must accept (RFC 9112, 3.2.2), becomes `GET /a`. Next
 *   would redirect it to itself.
 */
export function acceptOddTargets(): void {
  onRequest((request, response) => {
    const { method, url = '' } = request;
    if (method === 'TRACE') {
      request.method = 'DELETE';
      response.setHeader('Allow', 'GET, HEAD');
    }
    if (method === 'TRACE' || url === '*') request.url = handlerPath;
    else if (!url.startsWith('/')) request.url = toOriginForm(request, url);
  });
}

/** Moves the host of an absolute URL to the `Host`, which it takes precedence over. */
function toOriginForm({ headers }: IncomingMessage, url: string): string {
  const [, host, path = ''] = /^https?:\/\/([^/?#]+)([^#]*)/i.exec(url) ?? [];
  if (host !== undefined) headers.host = host;
  return path.startsWith('/') ? path : `/${path}`;
}
