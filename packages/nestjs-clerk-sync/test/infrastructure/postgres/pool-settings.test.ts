/* eslint-disable no-restricted-syntax -- the pools' own options are the subject; no pool connects */
import { type EmbeddedPostgres, startTemporaryPostgres } from '@populatte/embedded-postgres';
import { Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createConnectionPool } from '../../../src/index.js';
import { ListeningConnection } from '../../../src/infrastructure/postgres/listening-connection.js';
import { settingsOf } from '../../../src/infrastructure/postgres/pool-settings.js';
import { RecordedLog } from '../../support/recorded-log.js';

const url = 'postgresql://ada:secret@db.example.com:6543/app';

describe('settingsOf', () => {
  test('reads a connection string, and the encryption beside it', () => {
    const ssl = { ca: 'certificate', rejectUnauthorized: true };
    expect(settingsOf(new pg.Pool({ connectionString: url, ssl }))).toMatchObject({
      ...{ host: 'db.example.com', port: 6543, user: 'ada', password: 'secret', database: 'app' },
      ssl,
    });
  });

  test('prefers the encryption of the connection string, as the driver does', () => {
    const pool = new pg.Pool({ connectionString: `${url}?ssl=no-verify`, ssl: false });
    expect(settingsOf(pool)).toMatchObject({ ssl: { rejectUnauthorized: false } });
  });

  test('reads single settings, such as a password function and a stream of a cloud provider', () => {
    const password = (): Promise<string> => Promise.resolve('token');
    const stream = (): never => {
      throw new Error('It does not connect here.');
    };
    const settings = { host: 'db.example.com', user: 'ada', password, stream };
    expect(settingsOf(new pg.Pool(settings))).toMatchObject(settings);
  });

  test('ignores an empty connection string, as the driver does', () => {
    const settings = { host: 'db.example.com', user: 'ada' };
    expect(settingsOf(new pg.Pool({ connectionString: '', ...settings }))).toMatchObject(settings);
  });

  test('reads the address of a pool of this package', () => {
    const pool = createConnectionPool(url, 1, new RecordedLog());
    expect(settingsOf(pool)).toMatchObject({ host: 'db.example.com', password: 'secret' });
  });

  test('knows no address if only the pool’s own clients do, or the pool has no options', () => {
    class Client extends pg.Client {}
    expect(settingsOf(new pg.Pool({ Client }))).toBeUndefined();
    expect(settingsOf({ query: () => undefined } as unknown as pg.Pool)).toBeUndefined();
  });
});

let postgres: EmbeddedPostgres;
beforeAll(async () => {
  postgres = await startTemporaryPostgres();
});
afterAll(() => postgres.remove());

test('a pool of this package adds its session settings to those of PGOPTIONS', async () => {
  vi.stubEnv('PGOPTIONS', '-c work_mem=7MB');
  const pool = createConnectionPool(postgres.url, 1, new RecordedLog());
  try {
    const { rows } = await pool.query(
      `select current_setting('work_mem') as memory, current_setting('transaction_deferrable') as deferrable`,
    );
    expect(rows).toEqual([{ memory: '7MB', deferrable: 'off' }]);
  } finally {
    vi.unstubAllEnvs();
    await pool.end();
  }
});

describe('a listening connection', () => {
  test.each<[string, (address: URL) => pg.PoolConfig]>([
    ['a connection string', ({ href }) => ({ connectionString: href })],
    ['single settings and a password function', settingsWithFunction],
    ['a stream of a cloud provider', settingsWithStream],
  ])('connects as a pool with %s', async (_what, configure) => {
    const pool = new pg.Pool(configure(new URL(postgres.url)));
    const connection = new ListeningConnection(settingsOf(pool) ?? '', () => undefined);
    await connection.connect();
    const { rows } = await connection.query('select current_user as name');
    expect(rows).toEqual([{ name: new URL(postgres.url).username }]);
    connection.destroy();
    await pool.end();
  });
});

function settingsWithFunction({
  hostname,
  port,
  username,
  password,
  pathname,
}: URL): pg.PoolConfig {
  return {
    ...{ host: hostname, port: Number(port), user: username, database: pathname.slice(1) },
    password: () => Promise.resolve(password),
  };
}

/** Only the stream knows the address, as with the connectors of cloud providers. */
function settingsWithStream({ hostname, port, username, password, pathname }: URL): pg.PoolConfig {
  class Tunnel extends Socket {
    override connect(): this {
      return super.connect(Number(port), hostname);
    }
  }
  const stream = (): Socket => new Tunnel();
  return { user: username, password, database: pathname.slice(1), port: 1, stream };
}
