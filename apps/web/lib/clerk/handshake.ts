import type { NextRequest } from 'next/server';
import { changedRequest, removeCookies } from '@/lib/http/changed-request';

/** Parameters and cookies by which Clerk returns from a handshake; anyone can make them up. */
const names = ['__clerk_handshake', '__clerk_handshake_nonce'];

/** Whether the request returns from a handshake. */
export function returnsFromHandshake({ nextUrl, cookies }: NextRequest): boolean {
  return names.some((name) => nextUrl.searchParams.has(name) || cookies.has(name));
}

/**
 * Returns the request without its handshake parameters. A development instance throws on a
 * handshake that it did not start or that has expired, and the page would be a 500.
 */
export function withoutHandshakeReturn(request: NextRequest): NextRequest {
  const url = new URL(request.url);
  for (const name of names) url.searchParams.delete(name);
  return changedRequest(request, {
    url,
    headers: (headers) => {
      removeCookies(headers, (name) => names.includes(name));
    },
  });
}

/**
 * Returns the request as one for a file instead of a page, so that Clerk does not redirect it to a
 * handshake for a file that does not exist, and does not finish one.
 */
export function withoutHandshake(request: NextRequest): NextRequest {
  return changedRequest(withoutHandshakeReturn(request), {
    headers: (headers) => {
      headers.set('accept', '*/*');
      headers.delete('sec-fetch-dest');
    },
  });
}
