import { query, startPostgres } from '@populatte/embedded-postgres';
import { join } from 'node:path';
import { freePort } from '@populatte/process-kit';
import { expect, onTestFinished, test } from 'vitest';
import { serveUserRows } from '../../src/services/user-rows.js';
import { temporaryFolder } from '../support/temporary-folder.js';

async function rowsOf(databaseUrl: string): Promise<(userId: string) => Promise<Response>> {
  const rows = await serveUserRows(databaseUrl);
  onTestFinished(() => rows.close());
  return (userId) => fetch(`${rows.url}?user_id=${encodeURIComponent(userId)}`);
}

test('the console gets a user’s row from a read-only query', async () => {
  const database = await startPostgres({
    dataDir: join(await temporaryFolder(), 'postgres'),
    port: await freePort(),
    log: () => undefined,
    onUnexpectedEnd: () => undefined,
  });
  onTestFinished(() => database.stop());
  const rowOf = await rowsOf(database.url);
  expect((await rowOf('user_1')).status).toBe(503);

  await query(
    database.url,
    `CREATE TABLE users (clerk_id text, email text, seen timestamptz);
     CREATE FUNCTION write_on_read() RETURNS text LANGUAGE plpgsql VOLATILE AS
       $$ BEGIN INSERT INTO users (clerk_id) VALUES ('user_written'); RETURN 'x'; END $$;
     INSERT INTO users VALUES ('user_1', 'ada@example.com', '2024-01-02T03:04:05+03');`,
  );
  expect(await (await rowOf('user_1')).json()).toEqual({
    clerk_id: 'user_1',
    email: 'ada@example.com',
    seen: '2024-01-02T00:04:05+00:00',
  });
  const absent = await rowOf("user_2' OR true --");
  expect([absent.status, await absent.json()]).toEqual([200, null]);

  await query(
    database.url,
    'ALTER TABLE users RENAME TO stored; CREATE VIEW users AS SELECT *, write_on_read() FROM stored',
  );
  expect((await rowOf('user_1')).status).toBe(503);
});

test('only the secret path responds, and an unreachable database fails in time', async () => {
  const rows = await serveUserRows('postgres://user@127.0.0.1:1/nothing');
  onTestFinished(() => rows.close());
  expect((await fetch(`${rows.url}?user_id=user_1`)).status).toBe(503);
  expect((await fetch(new URL('/?user_id=user_1', rows.url))).status).toBe(404);
  expect((await fetch(`${rows.url}?user_id=user_1`, { method: 'POST' })).status).toBe(404);
});
