import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import {
  isUnanswered,
  ListeningConnection,
  readConnectionUrl,
} from '@populatte/nestjs-clerk-sync/internal';
import pg from 'pg';
import type { Environment } from '../../infrastructure/config/env.schema.js';
import { checkSupport } from '../../infrastructure/database/database-support.js';
import { explainDatabaseError } from '../../infrastructure/database/explain-database-error.js';
import { countPendingMigrations } from '../../infrastructure/database/migrations.js';
import { checkWrites } from './database-rights.js';
import { type Finding, ok, problem, warning } from './finding.js';

/** Milliseconds. */
const times = { connect: 5_000, statement: 5_000, notification: 2_000 } as const;

/** Checks the addresses of the database, its version and encoding, the schema, and LISTEN. */
export async function checkDatabase({ database, clerk }: Environment): Promise<readonly Finding[]> {
  const pooled = await connect(database.url);
  if (pooled instanceof Error) return [explained('DATABASE_URL', pooled)];
  const direct = await connect(database.directUrl);
  try {
    if (direct instanceof Error) return [explained('DATABASE_DIRECT_URL', direct)];
    return [
      ...(await check(() => checkEncoding(pooled))),
      ...(await check(() => checkSchema(pooled, database.migrate))),
      ...(await check(() => checkWrites(pooled))),
      ...(await check(() => checkPooler(pooled, database.url))),
      ...(await check(() => checkListening(pooled, database.directUrl))),
      ...(await check(() => checkInstance(pooled, clerk.issuer))),
    ];
  } finally {
    // The checks are done, and a connection that is already lost need not be closed.
    await Promise.allSettled([pooled.end(), direct instanceof Error ? undefined : direct.end()]);
  }
}

async function connect(url: string): Promise<pg.Client | Error> {
  const client = new pg.Client({
    ...readConnectionUrl(url),
    application_name: 'populatte-doctor',
    connectionTimeoutMillis: times.connect,
    query_timeout: times.statement,
  });
  // The next statement also fails.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    return error instanceof Error ? error : new Error('The connection failed.');
  }
}

async function check(work: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await work();
  } catch (error) {
    return [explained('DATABASE_URL', error)];
  }
}

function explained(variable: string, error: unknown): Finding {
  const { problem: what, fix } = explainDatabaseError(error);
  return problem(`${variable}: ${what}`, fix);
}

async function checkEncoding(client: pg.Client): Promise<readonly Finding[]> {
  await checkSupport(client);
  return [ok('The database is supported, and its encoding is UTF8.')];
}

async function checkSchema(client: pg.Client, migrates: boolean): Promise<readonly Finding[]> {
  const pending = await countPendingMigrations(client);
  if (pending === 0) return [ok('The schema is up to date.')];
  if (migrates) return [ok(`Pending migrations: ${pending}. The API applies them at startup.`)];
  return [
    problem(
      `Pending migrations: ${pending}, and DATABASE_MIGRATE is false.`,
      'Set DATABASE_MIGRATE=true, or apply them with another role first.',
    ),
  ];
}

/** PostgreSQL announces the process id of the backend itself; poolers announce one of their own. */
async function checkPooler(client: pg.Client, url: string): Promise<readonly Finding[]> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const isPooler = 'processID' in client && client.processID !== rows[0]?.pid;
  if (!isPooler) return [ok('DATABASE_URL reaches PostgreSQL itself.')];
  // In statement mode, a pooler closes a connection that begins a transaction.
  const other = await connect(url);
  if (other instanceof Error) throw other;
  try {
    await other.query('begin');
    await other.query('rollback');
  } catch (error) {
    if (isUnanswered(error)) return [oneServerConnection];
    throw error;
  } finally {
    // The check is done, and a connection that is already lost need not be closed.
    void other.end().catch(() => undefined);
  }
  return [
    ok('DATABASE_URL points to a connection pooler: each statement takes two extra round trips.'),
  ];
}

/** Sent through DATABASE_URL, received by DATABASE_DIRECT_URL: both must reach the same database. */
async function checkListening(pooled: pg.Client, directUrl: string): Promise<readonly Finding[]> {
  const [channel, payload] = [`populatte_doctor_${randomUUID()}`, randomUUID()];
  const received = new Set<string>();
  const connection = new ListeningConnection(directUrl, (notification) => {
    received.add(notification);
  });
  const isReceived = (): boolean => received.has(payload);
  try {
    // Fails behind a pooler in transaction mode: LISTEN would stay behind on a connection that
    // others use.
    await connection.connect();
  } catch (error) {
    return [
      error instanceof Error && isUnanswered(error.cause) ? withoutAnswer : withoutNotifications,
    ];
  }
  try {
    await connection.listen(channel);
    await pooled.query('select pg_notify($1, $2)', [channel, payload]);
    for (let waited = 0; waited < times.notification && !isReceived(); waited += 50)
      await sleep(50);
    await connection.query('unlisten *');
  } finally {
    connection.destroy();
  }
  return [isReceived() ? ok('LISTEN/NOTIFY works.') : withoutNotifications];
}

const poolSize =
  'Raise its pool size (PgBouncer’s default_pool_size) to DATABASE_POOL_SIZE and two more for each process';

const oneServerConnection = problem(
  'The connection pooler in DATABASE_URL has no second server connection: requests wait for each other.',
  `${poolSize}, or use a URL that reaches PostgreSQL itself.`,
);

const withoutAnswer = warning(
  'The server does not answer LISTEN, most likely a pooler without a free server connection: users are cached for USER_CACHE_MAX_AGE_MS only.',
  `${poolSize}, or set DATABASE_DIRECT_URL to a URL that reaches PostgreSQL itself.`,
);

const withoutNotifications = warning(
  'LISTEN/NOTIFY does not work: users are cached for USER_CACHE_MAX_AGE_MS only.',
  'Set DATABASE_DIRECT_URL to a URL that reaches the same database without a pooler in transaction mode.',
);

async function checkInstance(client: pg.Client, issuer: string): Promise<readonly Finding[]> {
  const { rows: tables } = await client.query<{ found: boolean }>(
    "select to_regclass('user_reconciliation') is not null as found",
  );
  if (tables[0]?.found !== true) return [];
  const { rows } = await client.query<{ issuer: string | null }>(
    "select instance ->> 'issuer' as issuer from user_reconciliation",
  );
  const recorded = rows[0]?.issuer ?? null;
  if (recorded === null || recorded === issuer) return [];
  return [
    problem(
      `The users in the database belong to a different Clerk instance (${recorded}) than CLERK_PUBLISHABLE_KEY.`,
      'Check CLERK_PUBLISHABLE_KEY, CLERK_SECRET_KEY and DATABASE_URL. If the instance has a new domain, or the users were moved, run UPDATE user_reconciliation SET instance = NULL.',
    ),
  ];
}
