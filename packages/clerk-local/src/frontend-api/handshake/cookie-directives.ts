import { createHash } from 'node:crypto';
import type { ClientRecord } from '../../clients/client-record.js';

const YEAR_SECONDS = 31_536_000;
const SUFFIX_LENGTH = 8;

export interface CookieDirectivesInput {
  readonly publishableKey: string;
  readonly client: ClientRecord;
  /** A token of the client's session, where it has one. */
  readonly sessionToken: string | undefined;
  /** Host name of the page that gets the cookies. */
  readonly host: string;
}

/**
 * The cookies of a browser as values of `Set-Cookie`: each under its name, and under its name with
 * the instance's suffix, so that applications of several instances can share a host. Scripts read
 * and write all of them: none is `HttpOnly`.
 */
export function cookieDirectives(input: CookieDirectivesInput): string[] {
  const { publishableKey, client, sessionToken, host } = input;
  const signedInAt = sessionToken === undefined ? 0 : Math.floor(client.updatedAt / 1000);
  const kept = `Max-Age=${YEAR_SECONDS}; SameSite=Lax`;
  const cookies = [
    ['__clerk_db_jwt', client.devBrowser, kept],
    ['__client_uat', `${signedInAt}`, `Domain=${host}; ${kept}`],
    [
      '__session',
      sessionToken ?? '',
      sessionToken === undefined ? 'Max-Age=0; SameSite=Lax' : kept,
    ],
  ];
  const suffix = cookieSuffix(publishableKey);
  return cookies.flatMap(([name, value, attributes]) =>
    [name, `${name}_${suffix}`].map((each) => `${each}=${value}; Path=/; ${attributes}`),
  );
}

/** The first characters of base64url of the key's SHA-1, as Clerk's SDKs compute it. */
export function cookieSuffix(publishableKey: string): string {
  return createHash('sha1').update(publishableKey).digest('base64url').slice(0, SUFFIX_LENGTH);
}
