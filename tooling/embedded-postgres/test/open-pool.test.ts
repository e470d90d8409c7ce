import { expect, test } from 'vitest';
import { openPool, startTemporaryPostgres } from '../src/index.js';

// Vitest fails the run if the pool's error has no listener.
test('a pool survives the shutdown of its server', async () => {
  const postgres = await startTemporaryPostgres();
  const pool = openPool(postgres.url);
  await pool.query('select 1');

  postgres.kill('SIGINT');
  await expect.poll(() => pool.totalCount, { timeout: 60_000 }).toBe(0);

  await pool.end();
  await postgres.remove();
});
