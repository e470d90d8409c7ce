import { emptyPagePolicy } from '../clerk/content-security-policy';
import { onRequest } from './on-request';
import { httpsOnly, securityHeaders } from './security-headers';

/** Matches paths that Next redirects before it applies the configured headers or calls proxy.ts. */
const redirectedEarly = /\\|\/\//;

/**
 * Sets the security headers of the redirects from `/a//b` and `/a\b` to `/a/b`. Next has no setting
 * for them, so they are set when Node receives the request. Costs other requests one search in the
 * path.
 *
 * @param isDevelopment omits Strict-Transport-Security
 */
export function protectEarlyRedirects(isDevelopment: boolean): void {
  onRequest(({ url = '' }, response) => {
    const [path = ''] = url.split('?', 1);
    if (!redirectedEarly.test(path)) return;
    const headers = isDevelopment ? securityHeaders : [...securityHeaders, httpsOnly];
    for (const { key, value } of headers) response.setHeader(key, value);
    response.setHeader('Content-Security-Policy', emptyPagePolicy());
  });
}
