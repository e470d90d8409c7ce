import type pg from 'pg';
import { type ConnectionOptions, parse } from 'pg-connection-string';

/** The encryption settings, as node-postgres understands them. */
type Encryption = NonNullable<pg.ClientConfig['ssl']>;

/** The values of `ssl`, node-postgres's own parameter beside `sslmode`. */
const encryptions: Readonly<Record<string, Encryption>> = {
  true: true,
  1: true,
  false: false,
  0: false,
  'no-verify': { rejectUnauthorized: false },
};

/** @returns whether `ssl` has a value that node-postgres knows */
export function isEncryption(ssl: string): boolean {
  return Object.hasOwn(encryptions, ssl);
}

/** The modes of `sslmode` that the driver treats as `verify-full`. */
const strictModes = /([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|\s*$)/;

/**
 * libpq's name for the public authorities, which URLs of managed databases have; the driver takes it for a
 * file. Beside it, libpq accepts only `verify-full`.
 */
const publicAuthorities = /(?<=[?&])sslrootcert=system(?=&|\s*$)/;

/**
 * Parses a connection URL as the driver does, without its warning for modes that mean `verify-full` now and
 * less in its next major version: here, they keep their meaning.
 *
 * @throws Error when it is not a URL, or names a certificate file that cannot be read
 */
export function parseConnectionUrl(url: string): ConnectionOptions {
  if (publicAuthorities.test(url)) {
    // Without a file, the driver trusts the public authorities. The last of two modes counts.
    return parse(`${url.trimEnd().replace(publicAuthorities, '')}&sslmode=verify-full`);
  }
  return parse(
    url.includes('uselibpqcompat=true') ? url : url.replace(strictModes, '$1verify-full'),
  );
}

/**
 * Reads a connection URL: where to connect, as which role, with which encryption, and the session's `options`.
 *
 * All connections use the result, so that all have the same settings. The driver itself would take
 * any of its settings from the query, such as `binary` or `query_timeout`, and one of its two
 * parsers drops `ssl=no-verify` and connects without encryption.
 *
 * @throws Error when it is not a URL, or names a certificate file that cannot be read
 */
export function readConnectionUrl(url: string): pg.ClientConfig {
  const { host, port, user, password, database, options, sslnegotiation, ssl } =
    parseConnectionUrl(url);
  return {
    // An absent part is an empty text or null; the driver has defaults for it.
    host: host ?? undefined,
    port: Number(port) || undefined,
    user,
    password,
    database: databaseIn(url) ?? database ?? undefined,
    options,
    sslnegotiation,
    ssl: encryptionOf(ssl),
  };
}

/**
 * The driver's own parser leaves `%2C`, `%2F`, `%3F` and other reserved characters encoded. It ignores a
 * line break at the end, which a URL from a file may have.
 */
function databaseIn(url: string): string | undefined {
  const path = /^[^:]*:\/\/[^/?]*\/([^?#]+)/.exec(url.trimEnd())?.[1];
  try {
    return path === undefined ? undefined : decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function encryptionOf(ssl: ConnectionOptions['ssl']): Encryption | undefined {
  if (typeof ssl === 'string') return encryptions[ssl];
  return ssl as Encryption | undefined;
}
