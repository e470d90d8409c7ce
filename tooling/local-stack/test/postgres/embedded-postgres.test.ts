import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type EmbeddedPostgres } from '../../src/index.js';
import { aPostgres, query } from '../support/postgres.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let server: EmbeddedPostgres;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-stack-'));
  server = await startPostgres({ dataDir: folder, settings: { fsync: 'off' } });
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

test('the first start makes an empty UTF-8 database on UTC', async () => {
  const [settings] = await query(
    server.url,
    `SELECT current_database() AS name, current_setting('server_encoding') AS encoding,
            current_setting('TimeZone') AS zone, current_setting('listen_addresses') AS addresses`,
  );
  expect(settings).toEqual({
    name: 'populatte',
    encoding: 'UTF8',
    zone: 'UTC',
    addresses: '127.0.0.1',
  });
  expect(server.url).toContain(`@127.0.0.1:${server.port}/populatte`);
});

test('a wrong password is refused', async () => {
  const wrong = new URL(server.url);
  wrong.password = 'wrong';
  await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
});

test('the password is readable by its owner only', async () => {
  const { mode } = await stat(join(server.dataDir, 'password'));
  expect(mode & 0o777).toBe(0o600);
});

test('data and password survive a stop and a start', async () => {
  const elsewhere = await temporaryFolder();
  const first = await aPostgres(elsewhere);
  await query(first.url, 'CREATE TABLE note AS SELECT 42 AS answer');
  await first.stop();
  const second = await aPostgres(elsewhere, { port: first.port });
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'SELECT answer FROM note')).toEqual([{ answer: 42 }]);
});

test('a database made from a template has the template’s tables', async () => {
  const template = await server.createDatabase('my "template"');
  await query(template, 'CREATE TABLE note AS SELECT 42 AS answer');
  const copies = await Promise.all(
    ['a', 'b', 'c'].map((name) => server.createDatabase(name, 'my "template"')),
  );
  for (const copy of copies) {
    expect(await query(copy, 'SELECT answer FROM note')).toEqual([{ answer: 42 }]);
  }
});

test('a database is dropped although a client is connected, and twice is no error', async () => {
  const url = await server.createDatabase('short_lived');
  const sleeping = query(url, 'SELECT pg_sleep(60)').catch((error: unknown) => error);
  await server.dropDatabase('short_lived');
  await server.dropDatabase('short_lived');
  expect(await sleeping).toBeInstanceOf(Error);
  await expect(query(url, 'SELECT 1')).rejects.toThrow('does not exist');
});
