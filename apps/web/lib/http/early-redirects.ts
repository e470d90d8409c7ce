import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { emptyPagePolicy } from '../clerk/content-security-policy';
import { httpsOnly, securityHeaders } from './security-headers';

/** Matches paths that Next redirects before it applies the configured headers or calls proxy.ts. */
const redirectedEarly = /\\|\/\//;

const message = z.object({
  request: z.custom<IncomingMessage>((value) => value instanceof Object),
  response: z.custom<ServerResponse>((value) => value instanceof Object),
});

/**
 * Sets the security headers of the redirects from `/a//b` and `/a\b` to `/a/b`. Next has no setting
 * for them, so they are set when Node receives the request. Costs other requests one search in the
 * path.
 *
 * @param isDevelopment omits Strict-Transport-Security
 */
export function protectEarlyRedirects(isDevelopment: boolean): void {
  subscribe('http.server.request.start', (received) => {
    const { request, response } = message.parse(received);
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (!redirectedEarly.test(path)) return;
    const headers = isDevelopment ? securityHeaders : [...securityHeaders, httpsOnly];
    for (const { key, value } of headers) response.setHeader(key, value);
    response.setHeader('Content-Security-Policy', emptyPagePolicy());
  });
}
