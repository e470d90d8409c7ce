import { notFound } from 'next/navigation';
import type { NextRequest } from 'next/server';
import { readServerEnv } from '@/env';
import { ownLoopbackOrigin } from '@/lib/http/loopback';
import { requestedPathHeader } from '@/lib/http/requested-path';

/**
 * Redirects from another name of this machine to the app's own origin, keeping path and query.
 * proxy.ts rewrites to this route; a direct visit is a 404.
 */
export function GET(request: NextRequest): Response {
  const origin = ownLoopbackOrigin(request.headers.get('host'), readServerEnv().WEB_URL);
  const path = request.headers.get(requestedPathHeader) ?? '/';
  // Accept only paths: `//example.com` would redirect to another host.
  if (origin === undefined || !/^\/(?![/\\])/.test(path)) notFound();
  return new Response(null, { status: 307, headers: { location: origin + path } });
}
