import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import pg from 'pg';

/** Shorter than the console's timeout, so that the console can show why there is no row. */
const deadlineMs = 1_500;

/** A server that answers the local Clerk's console. */
export interface UserRows {
  /** `?user_id=` is added. The path is secret: other programs of this machine cannot read rows. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves Populatte's row of a user as JSON, from a read-only transaction.
 *
 * @param databaseUrl queried only when a row is requested; the database need not exist yet
 */
export async function serveUserRows(databaseUrl: string): Promise<UserRows> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 1,
    connectionTimeoutMillis: deadlineMs,
    query_timeout: deadlineMs,
    idleTimeoutMillis: 1_000,
    allowExitOnIdle: true,
  });
  // A connection that breaks while it is idle is replaced by the next query.
  pool.on('error', () => undefined);
  const path = `/${randomBytes(24).toString('base64url')}`;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const userId = searchParams.get('user_id');
    if (request.method !== 'GET' || pathname !== path || userId === null) {
      answer(response, 404, null);
      return;
    }
    rowOf(pool, userId).then(
      (row) => {
        answer(response, 200, row ?? null);
      },
      () => {
        answer(response, 503, null);
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Not a TCP server.');
  return {
    url: `http://127.0.0.1:${address.port}${path}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await pool.end();
    },
  };
}

/** Reads all columns: the console shows them unchanged. */
async function rowOf(pool: pg.Pool, clerkId: string): Promise<unknown> {
  const client = await pool.connect();
  let failed = true;
  try {
    await client.query('BEGIN READ ONLY');
    await client.query(`SET LOCAL statement_timeout = ${deadlineMs}`);
    await client.query("SET LOCAL TimeZone = 'UTC'");
    const { rows } = await client.query<{ row: unknown }>(
      'SELECT to_jsonb(users) AS row FROM users WHERE clerk_id = $1',
      [clerkId],
    );
    await client.query('COMMIT');
    failed = false;
    return rows[0]?.row;
  } finally {
    // A failed transaction ends with its connection.
    client.release(failed);
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
