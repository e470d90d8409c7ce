import type { ConnectionOptions } from 'pg-connection-string';
import { z } from 'zod';
import { isEncryption, parseConnectionUrl } from '@populatte/nestjs-clerk-sync/internal';

/**
 * The values of `sslmode` that the driver knows (node-postgres, “SSL”); `allow` is not among them.
 */
const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** The first parameter of a query that follows the host directly. */
const knownParameter =
  /^(?:host|port|user|password|application_name|options|ssl\w*|connect_timeout|keepalives\w*)=/;

const percentEncode =
  'a special character that is not percent-encoded, most likely in the password: write # as %23, / as %2F, ? as %3F, @ as %40 and % as %25';

const severalHosts =
  'names more than one host, but the driver connects to one: use the host of a proxy or of the primary';

const wildcard = 'has a wildcard as host, which the driver cannot connect to: name one host';

/**
 * A PostgreSQL connection URI (PostgreSQL, 34.1.1.2) that the driver can parse, including the host
 * in the query (`?host=/socket/dir`). Addresses that can never connect are refused with the reason,
 * and without the value, which contains the password.
 */
export const postgresUrl = z.string().superRefine((text, context) => {
  const message = findProblem(text);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

/** @returns the problem, as the end of a sentence that begins with the variable's name, or null */
function findProblem(text: string): string | null {
  if (/^["'`]|["'`]$/.test(text)) return 'has quotes around the URL: remove them';
  const [, rest] = /^postgres(?:ql)?:\/\/(.*)$/s.exec(text) ?? [];
  if (rest === undefined) return 'is not a PostgreSQL URL';
  const [beforeQuery, query] = splitAt(rest, '?');
  const [authority, path] = splitAt(beforeQuery, '/');
  // A parameter may name `user=a@b`. Without a path, an unknown one belongs to a password.
  const isParameters = beforeQuery.includes('/') ? /^\w+=/.test(query) : knownParameter.test(query);
  const isMisread = path.includes('@') || (query.includes('@') && !isParameters);
  if (rest.includes('#') || isMisread) return `has ${percentEncode}`;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (host.includes(',')) return severalHosts;
  if (host.includes('*')) return wildcard;
  if (path.includes(',')) {
    return 'has a comma in the database’s name, but must be a single URL: write a comma in the name as %2C';
  }
  const parameters = new URLSearchParams(query);
  if (parameters.has('dbname')) {
    return 'has `dbname`, which the driver ignores: write the database’s name after the host and a slash';
  }
  const ssl = parameters.get('ssl');
  if (ssl !== null && !isEncryption(ssl)) {
    return `has an unknown value of ssl: use sslmode instead, one of ${sslModes.join(', ')}`;
  }
  try {
    return findProblemIn(parseConnectionUrl(text));
  } catch (error) {
    return describeParseError(error);
  }
}

function findProblemIn({ host, port, sslmode }: ConnectionOptions): string | null {
  if (host?.includes(',') === true) return severalHosts;
  if (host?.includes('*') === true && !host.startsWith('/')) return wildcard;
  if (typeof port === 'string' && port !== '' && !isPort(port)) {
    return 'has a port that is not a number from 1 to 65535';
  }
  if (typeof sslmode === 'string' && !sslModes.includes(sslmode)) {
    return `has an unknown sslmode: use one of ${sslModes.join(', ')}`;
  }
  return null;
}

/** Certificates are read while the URL is parsed. */
function describeParseError(error: unknown): string {
  if (error instanceof Error && 'syscall' in error) {
    return 'names a certificate or key file that cannot be read';
  }
  if (error instanceof Error && error.message.includes('sslrootcert')) {
    return 'has sslmode=verify-ca without sslrootcert';
  }
  return `cannot be read: its port is not a number, or it has ${percentEncode}`;
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

function splitAt(text: string, separator: string): [before: string, after: string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
