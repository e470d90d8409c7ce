import type { Context } from 'hono';

/**
 * Reads the origin that becomes a token's `azp`: the `Origin` header and nothing else, as at Clerk.
 * Top-level navigations, native apps and servers send none, so their tokens have no `azp`.
 *
 * @returns undefined without an `Origin`, and for the opaque origin `null`
 */
export function requestOrigin(context: Context): string | undefined {
  const origin = context.req.header('origin');
  return origin === '' || origin === 'null' ? undefined : origin;
}
