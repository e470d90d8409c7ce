import pg from 'pg';

/**
 * Opens a pool that a test may end just before its server or database.
 *
 * `pool.end()` resolves before its connections have closed. A server that ends in this moment still says so
 * to them, and an error of a pool without a listener ends the process.
 *
 * @param connectionString the database's address
 * @param max connections (default: 10)
 */
export function openPool(connectionString: string, max?: number): pg.Pool {
  const pool = new pg.Pool({ connectionString, max });
  pool.on('error', () => undefined);
  return pool;
}
