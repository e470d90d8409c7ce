import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { startPostgres, type EmbeddedPostgres } from '@populatte/embedded-postgres';
import { generate } from 'selfsigned';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresUrl } from '../../../src/infrastructure/config/postgres-url.js';
import { createDatabase } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/database.js';
import { ListeningConnection } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/listening-connection.js';
import { DatabaseReadiness } from '../../../src/infrastructure/database/database-readiness.js';
import { applyMigrations } from '../../../src/infrastructure/database/migrations.js';
import { connectTo } from '../../support/database-connection.js';
import { aProfile } from '@populatte/nestjs-clerk-sync/test/support/profile.builder.js';

/** A self-signed certificate for localhost, to test `sslmode`. */
interface Certificate {
  readonly private: string;
  readonly cert: string;
}

let folder: string;
let postgres: EmbeddedPostgres;
let encrypted: Server;
let certificate: Certificate;
/** The subjects of the client certificates that the server has received; undefined: none. */
let presented: unknown[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'populatte-address-'));
  // PostgreSQL may run as another user and creates its socket there.
  const sockets = join(folder, 'sockets');
  await mkdir(sockets);
  await chmod(folder, 0o755);
  await chmod(sockets, 0o777);
  postgres = await startPostgres({
    dataDir: join(folder, 'data'),
    settings: { fsync: 'off', unix_socket_directories: sockets },
  });
  certificate = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
  await writeFile(join(folder, 'authority.pem'), certificate.cert);
  encrypted = await encryptedProxyTo(postgres.port, certificate);
  await applyMigrations(postgres.url);
});
afterAll(async () => {
  encrypted.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

/**
 * Terminates TLS as PostgreSQL does (PostgreSQL manual, “SSL Session Encryption”) and forwards
 * plain text.
 */
async function encryptedProxyTo(
  port: number,
  { private: key, cert }: Certificate,
): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // The first message is SSLRequest.
    socket.once('data', () => {
      socket.write('S');
      const client = new TLSSocket(socket, { isServer: true, key, cert, requestCert: true });
      client.once('secure', () => {
        presented.push(client.getPeerX509Certificate()?.subject);
      });
      const upstream = connect(port, '127.0.0.1');
      for (const end of [client, upstream]) end.on('error', () => undefined);
      client.pipe(upstream).pipe(client);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** @returns a URL of the same database with these parts replaced */
function address(authority: (userinfo: string) => string, query: string): string {
  const { username, password, pathname } = new URL(postgres.url);
  return `postgresql://${authority(`${username}:${password}`)}${pathname}${query}`;
}

async function readiness(url: string): Promise<unknown> {
  expect(postgresUrl.safeParse(url).error).toBeUndefined();
  const connection = connectTo(url, 1);
  try {
    const report = await new DatabaseReadiness(
      createDatabase(connection.pool),
      connection.writes,
    ).check();
    if (report.status === 'ready') await connection.users.sync(aProfile());
    return report;
  } finally {
    await connection.close();
  }
}

async function listen(url: string): Promise<void> {
  const connection = new ListeningConnection(url, () => undefined);
  try {
    await connection.connect();
    await connection.listen('a_channel');
  } finally {
    connection.destroy();
  }
}

const tls = (query: string): string =>
  address(
    (userinfo) => `${userinfo}@localhost:${(encrypted.address() as AddressInfo).port}`,
    query,
  );
const socket = (): string => encodeURIComponent(join(folder, 'sockets'));

describe('a database URL', () => {
  test('may name a socket in the query', async () => {
    const url = address((userinfo) => `${userinfo}@`, `?host=${socket()}&port=${postgres.port}`);
    expect(await readiness(url)).toEqual({ status: 'ready' });
    await applyMigrations(url);
  });

  test('may name a socket in place of the host', async () => {
    const url = address((userinfo) => `${userinfo}@${socket()}:${postgres.port}`, '');
    expect(await readiness(url)).toEqual({ status: 'ready' });
  });

  test('may require TLS without verification or with a given root certificate', async () => {
    const authority = join(folder, 'authority.pem');
    for (const query of [
      '?sslmode=no-verify',
      '?ssl=no-verify',
      '?uselibpqcompat=true&sslmode=require',
      `?sslmode=verify-full&sslrootcert=${authority}`,
      `?uselibpqcompat=true&sslmode=verify-ca&sslrootcert=${authority}`,
    ]) {
      expect(await readiness(tls(query)), query).toEqual({ status: 'ready' });
      await applyMigrations(tls(query));
      await listen(tls(query));
    }
  });

  test('may name a client certificate, which every connection presents', async () => {
    const own = await generate([{ name: 'commonName', value: 'the API' }], { keySize: 2048 });
    await writeFile(join(folder, 'client.pem'), own.cert);
    await writeFile(join(folder, 'client.key'), own.private);
    const files = `&sslcert=${join(folder, 'client.pem')}&sslkey=${join(folder, 'client.key')}`;
    const url = tls(`?sslmode=no-verify${files}`);
    presented = [];
    expect(await readiness(url)).toEqual({ status: 'ready' });
    await applyMigrations(url);
    await listen(url);
    expect(presented.length).toBeGreaterThanOrEqual(3);
    expect(new Set(presented)).toEqual(new Set(['CN=the API']));
  });

  test.each(['ssl=false', 'ssl=0', 'sslmode=disable'])(
    'may turn encryption off: %s',
    async (query) => {
      const url = address((userinfo) => `${userinfo}@127.0.0.1:${postgres.port}`, `?${query}`);
      expect(await readiness(url)).toEqual({ status: 'ready' });
      await applyMigrations(url);
      await listen(url);
    },
  );

  test.each([
    'binary=true',
    'query_timeout=1',
    'statement_timeout=1',
    'connectionTimeoutMillis=1',
    'replication=database',
    'types=x&stream=x&connection=x&Promise=x',
  ])('ignores options of the driver: %s', async (query) => {
    const url = address((userinfo) => `${userinfo}@127.0.0.1:${postgres.port}`, `?${query}`);
    expect(await readiness(url)).toEqual({ status: 'ready' });
    await applyMigrations(url);
    await listen(url);
  });

  test.each(['one,two', 'a/b?c#d', '100% "é"'])('may name the database %j', async (name) => {
    await postgres.query('postgres', `create database ${pg.escapeIdentifier(name)}`);
    const { host, username, password } = new URL(postgres.url);
    const url = `postgresql://${username}:${password}@${host}/${encodeURIComponent(name)}`;
    await applyMigrations(url);
    expect(await readiness(url)).toEqual({ status: 'ready' });
    await listen(url);
  });

  test('may set options of the session', async () => {
    const url = address(
      (userinfo) => `${userinfo}@127.0.0.1:${postgres.port}`,
      '?options=-c%20search_path=somewhere,public%20-c%20DateStyle=German',
    );
    const connection = connectTo(url, 1);
    try {
      const { rows } = await connection.pool.query('show search_path');
      expect(rows).toEqual([{ search_path: 'somewhere,public' }]);
    } finally {
      await connection.close();
    }
    expect(await readiness(url)).toEqual({ status: 'ready' });
    await applyMigrations(url);
    await listen(url);
  });
});

describe('the readiness of a database URL that does not work', () => {
  test('blames the certificate and names the sslmode that accepts it', async () => {
    for (const mode of ['verify-full', 'require', 'verify-ca', 'prefer']) {
      expect(await readiness(tls(`?sslmode=${mode}`)), mode).toMatchObject({
        reason: 'The database server’s certificate was not accepted.',
        fix: expect.stringMatching(/SELF_SIGNED.*sslrootcert.*no-verify/) as string,
      });
    }
  });

  test('says that the server does not support TLS', async () => {
    const url = address(
      (userinfo) => `${userinfo}@127.0.0.1:${postgres.port}`,
      '?sslmode=verify-full',
    );
    expect(await readiness(url)).toMatchObject({
      reason: expect.stringContaining('does not support encryption') as string,
    });
  });

  test('says that the password is wrong', async () => {
    const { username, pathname } = new URL(postgres.url);
    const url = `postgresql://${username}:wrong@127.0.0.1:${postgres.port}${pathname}`;
    expect(await readiness(url)).toMatchObject({
      reason: 'The database server refuses the password.',
      fix: expect.stringContaining('# is %23') as string,
    });
  });

  test('says that the password is missing', async () => {
    const { username, pathname, host } = new URL(postgres.url);
    expect(await readiness(`postgresql://${username}@${host}${pathname}`)).toMatchObject({
      reason: 'The database server requires a password, but none is set.',
    });
  });

  test.each([
    ['/does_not_exist', 'The database does not exist.'],
    ['?host=/does/not/exist', 'The database’s socket or certificate file does not exist.'],
    ['?host=name.invalid', 'The database’s host name does not resolve'],
  ])('names the problem with %s', async (part, reason) => {
    const url = new URL(postgres.url);
    if (part.startsWith('/')) url.pathname = part;
    else url.search = part;
    expect(await readiness(url.href)).toMatchObject({
      status: 'unavailable',
      reason: expect.stringContaining(reason) as string,
    });
  });
});
