import { isIP } from 'node:net';
import { z } from 'zod';

/**
 * Hosts of this machine, for which plain http is safe, as URLs normalise them: including a trailing
 * dot, the unspecified address, and IPv4-mapped IPv6 addresses.
 */
const loopback =
  /^(?:(?:[a-z0-9-]+\.)*localhost\.?|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[(?:::1?|::ffff:(?:7f[\da-f]{2}:[\da-f]{1,4}|0:0))\])$/;

/** @returns the URL, or null if the text is not one */
function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

/** `true` or `false`, or a word that means the same, such as `yes` and `off`. */
export const flag = z.stringbool({ error: 'is neither true nor false' });

/** A whole number in decimal digits. `Number` would also take `0x10`, `1e3` and `Infinity`. */
export function wholeNumber(min: number, max: number): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^-?\d+$/, { error: 'is not a whole number' })
    .transform(Number)
    .pipe(
      z
        .number()
        .min(min, { error: `is under ${min}` })
        .max(max, { error: `is over ${max}` }),
    );
}

/** An address or host name to listen on, without scheme or port. */
export const listenHost = z
  .string()
  .refine((text) => isIP(text) !== 0 || /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(text), {
    error: 'is not a host name or an IP address',
  });

/**
 * An https URL, without a trailing slash, user name or password; plain http is accepted for this
 * machine only, since a secret may go there.
 */
export const safeUrl = z
  .string()
  .refine((text) => !text.includes(','), { error: 'contains a comma, but must be a single value' })
  .refine((text) => !text.includes('*'), { error: 'contains a wildcard, which matches nothing' })
  .refine(
    (text) => {
      const url = parseUrl(text);
      return (
        url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.test(url.hostname))
      );
    },
    { error: 'is neither an https URL nor a URL of this machine' },
  )
  .refine((text) => !/[?#]/.test(text), { error: 'has a query or a fragment' })
  .refine((text) => (parseUrl(text)?.username ?? '') === '', {
    error: 'has a user name or a password',
  })
  .transform(normalizedUrl);

/**
 * Host in lower case, without the default port, in the format of the `iss` with which it is
 * compared.
 */
function normalizedUrl(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

/** Schemes whose pages have no origin in a browser, so no request can carry one. */
const schemesWithoutOrigin = new Set(['file:', 'ftp:', 'ws:', 'wss:']);

/**
 * Comma-separated origins. Browser extensions have origins with their own scheme. Entries that can
 * never equal an `Origin` header (RFC 6454, 6.2) are refused: wildcards, paths, credentials.
 */
export const origins = z
  .string()
  .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
  .pipe(
    z
      .array(
        z
          .string()
          .refine((text) => !text.includes('*'), {
            error: 'contains a wildcard, which matches nothing: list each origin in full',
          })
          .refine((text) => !hasPath(text), {
            error: 'has an entry with more than scheme, host and port',
          })
          .transform((text) => originOf(text))
          .pipe(z.string({ error: 'has an entry that is not an origin' })),
      )
      .min(1, { error: 'lists no origin' }),
  );

/** @returns whether an origin is local or unencrypted, and so unusable in production */
export function isLocalOrPlain(origin: string): boolean {
  const url = parseUrl(origin);
  if (url === null) return false;
  return url.protocol === 'http:' || loopback.test(url.hostname);
}

function hasPath(text: string): boolean {
  const url = parseUrl(text);
  if (url === null || url.host === '') return false;
  const { pathname, search, hash, username, password } = url;
  return !/^\/?$/.test(pathname) || `${search}${hash}${username}${password}` !== '';
}

function originOf(text: string): string | null {
  const url = parseUrl(text);
  if (url === null || url.host === '' || schemesWithoutOrigin.has(url.protocol)) return null;
  return url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin;
}
