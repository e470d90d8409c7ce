import type { NextRequest } from 'next/server';
import { changedRequest, removeCookies } from '@/lib/http/changed-request';

/**
 * The cookies by which Clerk knows that a browser is signed in; each may have an instance suffix.
 */
const sessionCookie = /^__(session|client_uat)(_|$)/;
const warnEveryMs = 60_000;

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
  return changedRequest(request, {
    headers: (headers) => {
      headers.delete('authorization');
      removeCookies(headers, (name) => sessionCookie.test(name));
    },
  });
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
    if (now() - warnedAt < warnEveryMs) return;
    warnedAt = now();
    log(
      `A session token made for ${JSON.stringify(azp).slice(0, 200)} was ignored, and its user treated as signed out: ` +
        `this app is at ${ownOrigins.join(', ')}. If that origin is this app's, add it to WEB_URL.`,
    );
  };
}
