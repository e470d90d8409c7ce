import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '@populatte/process-kit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type EmbeddedPostgres, query, startTemporaryPostgres } from '../src/index.js';
import { aPostgres } from './support/postgres.js';
import { temporaryFolder } from './support/temporary-folder.js';

let server: EmbeddedPostgres;

beforeAll(async () => {
  server = await startTemporaryPostgres();
});

afterAll(() => server.remove());

test('the first start creates an empty UTF-8 database in UTC', async () => {
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

test('a database created from a template has the template’s tables', async () => {
  const template = await server.createDatabase('my "template"');
  await query(template, 'CREATE TABLE note AS SELECT 42 AS answer');
  const copies = await Promise.all(
    ['a', 'b', 'c'].map((name) => server.createDatabase(name, 'my "template"')),
  );
  for (const copy of copies) {
    expect(await query(copy, 'SELECT answer FROM note')).toEqual([{ answer: 42 }]);
  }
});

test('a database is dropped even if a client is connected, and dropping it twice is no error', async () => {
  const url = await server.createDatabase('short_lived');
  const sleeping = query(url, 'SELECT pg_sleep(60)').catch((error: unknown) => error);
  await server.dropDatabase('short_lived');
  await server.dropDatabase('short_lived');
  expect(await sleeping).toBeInstanceOf(Error);
  await expect(query(url, 'SELECT 1')).rejects.toThrow('does not exist');
});

test('a standby follows its primary, is read-only until it is promoted, and is removed with it', async () => {
  const primary = await startTemporaryPostgres();
  onTestFinished(() => primary.remove());
  const standby = await primary.startStandby();
  await query(primary.url, 'CREATE TABLE note AS SELECT 42 AS answer');
  // Before, there is no such table.
  await until('the table is replicated', () =>
    query(standby.url, 'SELECT answer FROM note').catch(() => undefined),
  );
  await expect(query(standby.url, 'DELETE FROM note')).rejects.toThrow('read-only transaction');

  await standby.promote();
  // Before, the standby is read-only.
  await until('writes are accepted', () =>
    query(standby.url, 'DELETE FROM note').catch(() => undefined),
  );
  expect(await query(primary.url, 'SELECT answer FROM note')).toEqual([{ answer: 42 }]);

  await primary.remove();
  for (const { dataDir } of [primary, standby]) await expect(stat(dataDir)).rejects.toThrow();
});
