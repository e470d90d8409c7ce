import pg from 'pg';

/**
 * Runs statements on a separate connection.
 *
 * @param target the database's address, or the configuration of the connection
 */
export async function query(
  target: string | pg.ClientConfig,
  sql: string,
): Promise<Record<string, unknown>[]> {
  const config = typeof target === 'string' ? { connectionString: target } : target;
  const client = new pg.Client({ connectionTimeoutMillis: 60_000, ...config });
  // A connection that breaks while idle is reported here; the query in flight fails anyway.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
