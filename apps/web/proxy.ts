import { clerkMiddleware } from '@clerk/nextjs/server';
import { NextResponse, type NextFetchEvent, type NextRequest } from 'next/server';
import { readPublicEnv, readServerEnv } from './env';
import {
  createForeignPartyWarning,
  isForeignParty,
  withoutSession,
} from './lib/clerk/authorized-party';
import { withoutCircularRedirect } from './lib/clerk/circular-redirect';
import { contentSecurityPolicy, emptyPagePolicy } from './lib/clerk/content-security-policy';
import {
  returnsFromHandshake,
  withoutHandshake,
  withoutHandshakeReturn,
} from './lib/clerk/handshake';
import { clerkMountPaths, clerkUrls } from './lib/clerk/urls';
import { isDecodable, looksLikeFile } from './lib/http/file-path';
import { dropMalformedForwarding } from './lib/http/forwarding';
import { ownLoopbackOrigin } from './lib/http/loopback';
import { changedRequest } from './lib/http/changed-request';
import { refusedPost } from './lib/http/refused-post';
import { isDocumentHeader, requestedPathHeader } from './lib/http/requested-path';

const policyHeader = 'content-security-policy';
const warnOfForeignParty = createForeignPartyWarning((line) => {
  // eslint-disable-next-line no-console -- the log of a Next server
  console.warn(line);
});

/**
 * Runs for every request except those for existing static files: reads the session, sets the
 * Content-Security-Policy, and handles requests that no page can.
 *
 * - A session whose token was made for another origin is treated as signed out (`azp`).
 * - A handshake that Clerk did not make is ignored.
 * - A path below one of Clerk's catch-all pages that looks like a file is a 404, and so is any path
 *   that cannot be decoded.
 * - A form, which no page accepts, is refused, and so is the call of a server action from elsewhere.
 * - A redirect that Clerk's sign-in would follow in a loop is removed.
 * - A visitor who uses another name of this machine is redirected to the app's own origin.
 *
 * It protects no page: each page that needs a session calls `auth.protect()`, so a request that
 * bypasses this function is still refused.
 */
export default async function proxy(
  received: NextRequest,
  event: NextFetchEvent,
): Promise<Response> {
  const { WEB_URL: ownOrigins } = readServerEnv();
  const refused = refusedPost(received);
  if (refused !== undefined) {
    const { status, text } = refused;
    return withPolicy(new Response(text, { status, headers: { 'content-type': 'text/plain' } }));
  }
  if (belongsElsewhere(received, ownOrigins)) return withPolicy(sendToOwnOrigin(received));
  if (hasTrailingSlash(received)) return withPolicy(dropTrailingSlash(received));
  const direct = withoutCircularRedirect(new URL(received.url), ownOrigins);
  if (direct !== undefined) return withPolicy(NextResponse.redirect(direct, 307));
  const isFile = looksLikeFile(received.nextUrl.pathname);
  const isBroken = !isDecodable(received.nextUrl.pathname);
  const request = describeRequest(isFile || isBroken ? withoutHandshake(received) : received);
  const isMissing = isBroken || (isFile && isBelowCatchAll(request));

  let foreignParty: unknown;
  const authenticate = clerkMiddleware(
    async (auth) => {
      const { sessionClaims } = await auth({ treatPendingAsSignedOut: false });
      const azp: unknown = sessionClaims?.azp;
      if (isForeignParty(azp, ownOrigins)) foreignParty = azp;
      return isMissing ? notFound(request) : undefined;
    },
    {
      signInUrl: clerkUrls.signInUrl,
      signUpUrl: clerkUrls.signUpUrl,
      contentSecurityPolicy: contentSecurityPolicy(readPublicEnv()),
    },
  );
  const respond = async (to: NextRequest): Promise<Response | undefined> =>
    (await authenticate(to, event)) ?? undefined;
  const response = await respond(request).catch((error: unknown) => {
    // A development instance throws on a handshake that it did not start.
    if (!returnsFromHandshake(request)) throw error;
    return respond(withoutHandshakeReturn(request));
  });
  if (foreignParty === undefined) return withPolicy(response);
  warnOfForeignParty(foreignParty, ownOrigins);
  return withPolicy(await respond(withoutSession(request)));
}

/**
 * Everything except the build's static files, the icons, the manifest and the link preview image. A
 * path that only looks like a file is included: its 404 is a page, whose scripts need the policy's
 * nonce.
 */
export const config = {
  matcher: [
    '/((?!_next/static/|icon\\.svg$|apple-icon\\.png$|opengraph-image\\.png$|manifest\\.webmanifest$).*)',
  ],
};

function belongsElsewhere(request: NextRequest, ownOrigins: readonly string[]): boolean {
  const { headers, method } = request;
  const host = headers.get('host');
  // Next sets `x-forwarded-host` to the `Host`. A different value comes from a reverse proxy; then
  // the `Host` is not the name that the visitor uses.
  if ((headers.get('x-forwarded-host') ?? host) !== host) return false;
  if (method !== 'GET' && method !== 'HEAD') return false;
  return ownLoopbackOrigin(host, ownOrigins) !== undefined;
}

/** Tells the root layout the requested path, and whether the browser loads a document. */
function describeRequest(request: NextRequest): NextRequest {
  const url = new URL(request.url);
  // Next's key for caches of data. It must not appear in the URL to return to after a sign-in.
  if (url.searchParams.has('_rsc')) url.searchParams.delete('_rsc');
  // Only data requests have a different destination. A client that sends none is a browser on plain
  // http, or not a browser.
  const isDocument = (request.headers.get('sec-fetch-dest') ?? 'document') === 'document';
  return changedRequest(request, {
    url,
    headers: (headers) => {
      dropMalformedForwarding(headers);
      headers.set(requestedPathHeader, request.nextUrl.pathname);
      if (isDocument) headers.set(isDocumentHeader, '1');
      else headers.delete(isDocumentHeader);
    },
  });
}

function hasTrailingSlash({ url }: NextRequest): boolean {
  return /.\/$/.test(new URL(url).pathname);
}

/** Next would redirect such a path before this function could set a policy. */
function dropTrailingSlash({ url }: NextRequest): NextResponse {
  const to = new URL(url);
  to.pathname = to.pathname.replace(/\/+$/, '');
  return NextResponse.redirect(to, 308);
}

/** Next makes a redirect to its own host relative, except in a route handler. */
function sendToOwnOrigin(request: NextRequest): NextResponse {
  const headers = new Headers(request.headers);
  headers.set(requestedPathHeader, request.nextUrl.pathname + request.nextUrl.search);
  return NextResponse.rewrite(new URL('/own-origin', request.url), { request: { headers } });
}

/** Whether one of Clerk's catch-all pages would match the path. */
function isBelowCatchAll({ nextUrl: { pathname } }: NextRequest): boolean {
  return clerkMountPaths.some((path) => pathname.startsWith(`${path}/`));
}

/** Rewrites to a path that no page can have: Next's routes ignore folders that begin with `_`. */
function notFound(request: NextRequest): NextResponse {
  return NextResponse.rewrite(new URL('/_missing-file', request.url));
}

/** Clerk sets the policy of pages, but none on its own redirects. */
function withPolicy(response: Response | undefined): Response {
  const answer = response ?? NextResponse.next();
  if (!answer.headers.has(policyHeader)) answer.headers.set(policyHeader, emptyPagePolicy());
  return answer;
}
