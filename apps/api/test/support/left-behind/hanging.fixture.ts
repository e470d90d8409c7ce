import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { withApi } from '../api-fixture.js';

const fixture = withApi();

test('hangs', async () => {
  const { api, database } = fixture();
  const rows = await database.query<{ pid: number }>(
    "select pid from pg_stat_activity where backend_type = 'checkpointer'",
  );
  const pids = { worker: process.pid, api: api.pid, postgres: rows[0]?.pid };
  writeFileSync(process.env['PIDS_FILE'] ?? '', JSON.stringify(pids));
  await new Promise<never>(() => undefined);
});
