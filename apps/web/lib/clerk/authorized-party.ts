import { NextRequest } from 'next/server';

/**
 * The cookies by which Clerk knows that a browser is signed in; each may have an instance suffix.
 */
const sessionCookie = /^__(session|client_uat)(_|$)/;
const WARN_EVERY_MS = 60_000;

/**
 * Whether a session token was made for another application: its `azp` is present and names none of
 * this app's origins. An absent `azp` is not foreign: top-level navigations (Clerk's handshake),
 * native apps and the Backend API get such tokens.
 *
 * Do not use Clerk's own `authorizedParties` instead: its SDK refuses tokens without `azp`, so a
 * return visit, which begins with a handshake, would sign the user out.
 *
 * @param azp the claim of a token whose signature has been checked
 * @param ownOrigins `WEB_URL`
 */
export function isForeignParty(azp: unknown, ownOrigins: readonly string[]): boolean {
  if (azp === undefined) return false;
  return typeof azp !== 'string' || !ownOrigins.includes(azp);
}

/**
 * Returns the request as a signed-out browser would send it: without session cookies and bearer
 * token, and without the cookie that makes Clerk start a handshake.
 */
export function withoutSession(request: NextRequest): NextRequest {
  const headers = new Headers(request.headers);
  headers.delete('authorization');
  const cookies = (headers.get('cookie') ?? '').split(/;\s*/);
  const kept = cookies.filter((cookie) => !sessionCookie.test(cookie.split('=', 1)[0] ?? ''));
  headers.set('cookie', kept.join('; '));
  return withHeaders(request, headers);
}

/**
 * Returns the request as one for a file instead of a page, so that Clerk does not redirect it to a
 * handshake for a file that does not exist.
 */
export function withoutHandshake(request: NextRequest): NextRequest {
  const headers = new Headers(request.headers);
  headers.set('accept', '*/*');
  headers.delete('sec-fetch-dest');
  return withHeaders(request, headers);
}

/** Omits the body: Next passes on the original one. */
function withHeaders({ url, method }: NextRequest, headers: Headers): NextRequest {
  return new NextRequest(url, { method, headers });
}

/**
 * Logs at most once per minute that a session of another origin was ignored.
 *
 * @param now monotonic, in milliseconds
 */
export function createForeignPartyWarning(
  log: (line: string) => void,
  now: () => number = () => performance.now(),
): (azp: unknown, ownOrigins: readonly string[]) => void {
  let warnedAt = -Infinity;
  return (azp, ownOrigins) => {
    if (now() - warnedAt < WARN_EVERY_MS) return;
    warnedAt = now();
    log(
      `A session token made for ${JSON.stringify(azp).slice(0, 200)} was ignored, and its user treated as signed out: ` +
        `this app is at ${ownOrigins.join(', ')}. If that origin is this app's, add it to WEB_URL.`,
    );
  };
}
