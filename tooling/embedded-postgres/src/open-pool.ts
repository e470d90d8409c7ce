import pg from 'pg';

/**
 * Opens a pool that a test may end just before its server or database.
 *
 * `pool.end()` resolves before its connections have closed. A server that stops at that moment
 * still notifies them, and a pool error without a listener ends the process.
 *
 * @param connectionString the database's address
 * @param max connections (default: 10)
 * @param settings further settings of the pool
 */
export function openPool(
  connectionString: string,
  max?: number,
  settings: pg.PoolConfig = {},
): pg.Pool {
  const pool = new pg.Pool({ ...settings, connectionString, max });
  pool.on('error', () => undefined);
  return pool;
}
