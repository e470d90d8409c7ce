import { decodePath } from '@/lib/http/file-path';
import { ownLoopbackOrigin } from '@/lib/http/loopback';
import { clerkUrls } from './urls';

/**
 * The parameters that tell Clerk's sign-in and sign-up where to send the user afterwards, in Clerk's
 * order of precedence.
 */
const names = [
  'sign_in_force_redirect_url',
  'sign_up_force_redirect_url',
  'redirect_url',
  'sign_in_fallback_redirect_url',
  'sign_up_fallback_redirect_url',
];

/**
 * Removes redirects back to sign-in or sign-up from the URL of one of these pages. There, Clerk sends
 * a signed-in user on again, in a loop. Clerk creates such redirects itself: it sends `/sign-in/x`,
 * a path that it does not know, to `/sign-in?redirect_url=/sign-in/x`.
 *
 * A redirect in the query of a removed one takes its place, so the user still arrives there.
 *
 * @param ownOrigins `WEB_URL`
 * @returns undefined if nothing has to be removed
 */
export function withoutCircularRedirect(
  requested: URL,
  ownOrigins: readonly string[],
): URL | undefined {
  if (!isSignInPath(requested.pathname)) return undefined;
  const url = new URL(requested);
  let isCircular = false;
  for (const name of names) {
    const value = url.searchParams.get(name);
    const target = value === null ? undefined : finalTarget(value, ownOrigins);
    if (value === null || target === value) continue;
    isCircular = true;
    if (target === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, target);
  }
  return isCircular ? url : undefined;
}

/** Follows a redirect through sign-in and sign-up pages. @returns undefined if it ends at one */
function finalTarget(value: string, ownOrigins: readonly string[]): string | undefined {
  const [base] = ownOrigins;
  if (!URL.canParse(value, base)) return value;
  const url = new URL(value, base);
  if (!isOwn(url, ownOrigins) || !isSignInPath(url.pathname)) return value;
  const [next] = names.flatMap((name) => url.searchParams.get(name) ?? []);
  return next === undefined ? undefined : finalTarget(next, ownOrigins);
}

function isOwn({ origin, host }: URL, ownOrigins: readonly string[]): boolean {
  return ownOrigins.includes(origin) || ownLoopbackOrigin(host, ownOrigins) !== undefined;
}

/** Next also matches percent-encoded paths, and redirects paths with several slashes. */
function isSignInPath(pathname: string): boolean {
  const path = decodePath(pathname).replace(/[/\\]+/g, '/');
  return [clerkUrls.signInUrl, clerkUrls.signUpUrl].some(
    (page) => path === page || path.startsWith(`${page}/`),
  );
}
