import { notFound } from 'next/navigation';
import type { NextRequest } from 'next/server';
import { readServerEnv } from '@/env';
import { ownLoopbackOrigin, requestedPathHeader } from '@/lib/http/loopback';

/**
 * Redirects from another name of this machine to the app's own origin, same path and query.
 * proxy.ts leads here; a visit by the right name is a 404.
 */
export function GET(request: NextRequest): Response {
  const origin = ownLoopbackOrigin(request.headers.get('host'), readServerEnv().WEB_URL);
  const path = request.headers.get(requestedPathHeader) ?? '/';
  // Only paths: `//example.com` would lead elsewhere.
  if (origin === undefined || !/^\/(?![/\\])/.test(path)) notFound();
  return new Response(null, { status: 307, headers: { location: origin + path } });
}
