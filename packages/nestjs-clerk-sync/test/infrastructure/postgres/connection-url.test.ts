import { afterEach, expect, test, vi } from 'vitest';
import { readConnectionUrl } from '../../../src/infrastructure/postgres/connection-url.js';

afterEach(() => {
  vi.restoreAllMocks();
});

// The first test of the file, because the driver warns once per process.
test.each(['prefer', 'require', 'verify-ca'])(
  'reads sslmode=%s as verify-full, without the driver’s warning about its next major version',
  (mode) => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const { ssl } = readConnectionUrl(`postgresql://u:p@h/db?sslmode=${mode}&application_name=a`);
    expect(ssl).toEqual(readConnectionUrl('postgresql://u:p@h/db?sslmode=verify-full').ssl);
    expect(warn).not.toHaveBeenCalled();
  },
);

test.each<[string, string, object]>([
  [
    'of Neon',
    'postgresql://owner:npg_x@ep-1.eu-central-1.aws.neon.tech/neondb?sslmode=require&channel_binding=require',
    { host: 'ep-1.eu-central-1.aws.neon.tech', user: 'owner', database: 'neondb', ssl: {} },
  ],
  [
    'of Neon with the endpoint as an option',
    'postgres://u:p@db.example.com/neondb?options=endpoint%3Dep-1&sslmode=require',
    { options: 'endpoint=ep-1', ssl: {} },
  ],
  [
    'of PlanetScale',
    'postgresql://u:p@eu-west.pg.psdb.cloud:6432/postgres?sslmode=verify-full&sslrootcert=system\n',
    { port: 6432, database: 'postgres', ssl: {} },
  ],
  [
    'with the certificates of public authorities and a weak mode',
    'postgresql://u:p@h/db?uselibpqcompat=true&sslrootcert=system&sslmode=require',
    { database: 'db', ssl: {} },
  ],
  [
    'of Supabase’s transaction pooler',
    'postgresql://postgres.abc:p%40ss@aws-0-eu-central-1.pooler.supabase.com:6543/postgres?pgbouncer=true',
    { port: 6543, user: 'postgres.abc', password: 'p@ss', database: 'postgres' },
  ],
  [
    'with libpq’s meaning of sslmode=require',
    'postgresql://u:p@x.rds.amazonaws.com/db?uselibpqcompat=true&sslmode=require',
    { ssl: { rejectUnauthorized: false } },
  ],
  [
    'with an IPv6 host',
    'postgresql://u:p@[2001:db8::1]:5433/db',
    { host: '2001:db8::1', port: 5433 },
  ],
  [
    'with a socket of Cloud SQL',
    'postgresql://u:p@localhost/db?host=/cloudsql/project:region:instance',
    { host: '/cloudsql/project:region:instance', database: 'db' },
  ],
  [
    'with reserved characters',
    'postgresql://us%40er:p%23%2F%3F%3A%40%25@h/d%2Fb',
    { user: 'us@er', password: 'p#/?:@%', database: 'd/b' },
  ],
  [
    'with a line break at the end, as in a mounted secret',
    'postgresql://u:p@h/db\n',
    { database: 'db' },
  ],
])('reads an address %s', (_what, url, expected) => {
  expect(readConnectionUrl(url)).toMatchObject(expected);
});
