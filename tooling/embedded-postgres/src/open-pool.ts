import pg from 'pg';

/**
 * Opens a pool that a test may end just before its server or database.
 *
 * `pool.end()` resolves before its connections have closed. A server that stops at that moment
 * still notifies them, and a pool error without a listener ends the process.
 *
 * @param connectionString the database's address
 * @param max connections (default: 10)
 */
export function openPool(connectionString: string, max?: number): pg.Pool {
  const pool = new pg.Pool({ connectionString, max });
  pool.on('error', () => undefined);
  return pool;
}
