import {
  type EmbeddedPostgres,
  openPool,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { answerTimeoutOf } from '../../../src/infrastructure/postgres/database.js';
import { closeIdle } from '../../../src/infrastructure/postgres/pool-errors.js';

let postgres: EmbeddedPostgres;
beforeAll(async () => {
  postgres = await startTemporaryPostgres();
});
afterAll(() => postgres.remove());

test('closes each idle connection once if several statements fail at once', async () => {
  const pool = openPool(await postgres.createDatabase('idle'), 5);
  let opened = 0;
  pool.on('connect', () => (opened += 1));
  await Promise.all(Array.from({ length: 5 }, () => pool.query('select pg_sleep(0.1)')));
  expect(pool.idleCount).toBe(5);
  for (let call = 0; call < 5; call += 1) closeIdle(pool);
  await vi.waitFor(() => {
    expect(pool.totalCount).toBe(0);
  }, 60_000);
  expect(opened).toBe(5);
  await pool.end();
});

test('a pool without a limit on the server waits longer for an answer', async () => {
  const url = await postgres.createDatabase('limits');
  const unlimited = openPool(url);
  const limited = openPool(url, 1, { statement_timeout: 4_000 });
  const own = openPool(url, 1, { query_timeout: 1_000 });
  expect([unlimited, limited, own].map(answerTimeoutOf)).toEqual([60_000, 4_250, 1_000]);
  await Promise.all([unlimited, limited, own].map((pool) => pool.end()));
});
