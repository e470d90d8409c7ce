import { createHash } from 'node:crypto';
import type { ClientRecord } from '../state/session-records.js';

const yearSeconds = 31_536_000;
const devBrowserCookie = '__clerk_db_jwt';
const suffixLength = 8;
const persistent = `Max-Age=${yearSeconds}; SameSite=Lax`;

export interface CookieDirectivesInput {
  readonly publishableKey: string;
  readonly client: ClientRecord;
  /** A token of the client's session, if it has one. */
  readonly sessionToken: string | undefined;
  /** With which a server refreshes an expired token. Missing: none is set. */
  readonly refreshToken: string | undefined;
  /** Host name of the page that receives the cookies. */
  readonly host: string;
}

/**
 * Returns the cookies of a browser as `Set-Cookie` values.
 *
 * Each cookie is set twice, with and without the instance's suffix, so that applications of
 * different instances can share a host. None but `__refresh` is
 * `HttpOnly`, because clerk-js reads and writes them.
 */
export function cookieDirectives(input: CookieDirectivesInput): string[] {
  const { publishableKey, client, sessionToken, refreshToken, host } = input;
  const signedInAt = sessionToken === undefined ? 0 : Math.floor(client.updatedAt / 1000);
  const cookies = [
    [devBrowserCookie, client.devBrowser, persistent],
    ['__client_uat', `${signedInAt}`, `Domain=${host}; ${persistent}`],
    [
      '__session',
      sessionToken ?? '',
      sessionToken === undefined ? 'Max-Age=0; SameSite=Lax' : persistent,
    ],
  ] as const;
  return [
    ...cookies.flatMap(([name, value, attributes]) =>
      withSuffix(publishableKey, name).map((each) => `${each}=${value}; Path=/; ${attributes}`),
    ),
    ...(refreshToken === undefined ? [] : refreshDirectives(publishableKey, refreshToken)),
  ];
}

/** Only servers read `__refresh`, so it is `HttpOnly`. */
function refreshDirectives(publishableKey: string, refreshToken: string): string[] {
  return withSuffix(publishableKey, '__refresh').map(
    (name) => `${name}=${refreshToken}; Path=/; ${persistent}; HttpOnly`,
  );
}

/** Returns the `Set-Cookie` values of a refreshed token. */
export function refreshedDirectives(publishableKey: string, sessionToken: string): string[] {
  return withSuffix(publishableKey, '__session').map(
    (name) => `${name}=${sessionToken}; Path=/; ${persistent}`,
  );
}

/** Returns the browser's token from its cookies: the instance's own cookie first. */
export function devBrowserIn(
  publishableKey: string,
  cookies: Readonly<Record<string, string>>,
): string | undefined {
  const [shared = '', own = ''] = withSuffix(publishableKey, devBrowserCookie);
  return cookies[own] ?? cookies[shared];
}

function withSuffix(publishableKey: string, name: string): string[] {
  return [name, `${name}_${cookieSuffix(publishableKey)}`];
}

/** Returns the first characters of the key's SHA-1 in base64url, as Clerk's SDKs do. */
function cookieSuffix(publishableKey: string): string {
  return createHash('sha1').update(publishableKey).digest('base64url').slice(0, suffixLength);
}
