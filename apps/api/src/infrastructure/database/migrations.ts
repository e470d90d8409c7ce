import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import pg from 'pg';
import { databaseTimes, readConnectionUrl } from '@populatte/nestjs-clerk-sync/internal';
import { checkSupport } from './database-support.js';

/**
 * The advisory lock that lets one instance migrate at a time. Releases up to 0.1 took lock
 * 7105117108 for the session, which could stay behind on a pooler's connection, so this is a
 * different number.
 */
const migrationLock = 7_105_117_109;

/** Milliseconds between two attempts to take a lock that another instance holds. */
const lockPollInterval = 500;

/** How long a migration waits for a lock on a table before it fails and is retried. */
const lockTimeout = '30s';

/**
 * SQLSTATE for a role that may not read Drizzle's journal: it may serve requests, but not migrate.
 */
const insufficientPrivilege = '42501';

const migrationsFolder = fileURLToPath(new URL('../../../drizzle', import.meta.url));

/** Drizzle's journal: `created_at` is the `when` of the migration in drizzle/meta/_journal.json. */
const journal = 'drizzle.__drizzle_migrations';

type Client = Pick<pg.ClientBase, 'query'>;

/**
 * Applies pending migrations. Several instances may start at once: one works, the others wait. It
 * uses a transaction-level lock and `SET LOCAL`, which leave nothing behind on the connection, so
 * it works through a transaction pooler.
 *
 * @param url the connection string
 * @param onWaiting called once if another instance is migrating
 * @throws DatabaseUnsupportedError when the database is too old or not UTF-8
 * @throws Error when the database cannot be reached, or a migration fails; nothing is changed then
 */
export async function applyMigrations(url: string, onWaiting?: () => void): Promise<void> {
  const client = new pg.Client({
    ...readConnectionUrl(url),
    application_name: 'populatte-migrations',
    connectionTimeoutMillis: databaseTimes.connect,
    keepAlive: true,
  });
  // The failing statement also rejects; this listener keeps a connection that breaks between
  // statements from ending the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await checkSupport(client);
    let waiting = false;
    // Reads without a lock, because almost every start has nothing to apply and must not wait.
    while ((await pendingMigrations(client)).length > 0 && !(await applyUnderLock(client))) {
      if (!waiting) onWaiting?.();
      waiting = true;
      await sleep(lockPollInterval);
    }
  } finally {
    await client.end();
  }
}

/**
 * @param client a connection, possibly in a transaction
 * @returns the migrations of this release that the database does not have, in order
 * @throws pg.DatabaseError 42501 when the role may not read Drizzle's journal
 */
async function pendingMigrations(client: Client): Promise<MigrationMeta[]> {
  const migrations = readMigrationFiles({ migrationsFolder });
  if (!(await hasJournal(client))) return migrations;
  const { rows } = await client.query<{ created_at: string }>(`select created_at from ${journal}`);
  const applied = new Set(rows.map((row) => Number(row.created_at)));
  return migrations.filter(({ folderMillis }) => !applied.has(folderMillis));
}

/**
 * For a role that uses the schema without changing it. A role that may not read Drizzle's journal
 * counts as having every migration: it was granted rights on the tables after they were made.
 *
 * @param client a connection
 * @returns how many of this release's migrations the database lacks
 */
export async function countPendingMigrations(client: Client): Promise<number> {
  try {
    return (await pendingMigrations(client)).length;
  } catch (cause) {
    if (cause instanceof pg.DatabaseError && cause.code === insufficientPrivilege) return 0;
    throw cause;
  }
}

/** @returns false when another instance holds the lock */
async function applyUnderLock(client: Client): Promise<boolean> {
  await client.query('begin');
  try {
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_xact_lock($1) as locked',
      [migrationLock],
    );
    if (rows[0]?.locked === true) await applyPending(client);
    await client.query('commit');
    return rows[0]?.locked === true;
  } catch (cause) {
    // The cause is reported. A lost connection has rolled back already.
    await client.query('rollback').catch(() => undefined);
    throw cause;
  }
}

async function applyPending(client: Client): Promise<void> {
  // Overrides the settings of server, database and role: a migration may take long, but must not wait
  // for a lock forever, since requests would queue behind it. Not every version has every setting.
  await client.query(
    `select set_config(name, case name when 'lock_timeout' then $1 else '0' end, true) from pg_settings
     where name in ('lock_timeout', 'statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')`,
    [lockTimeout],
  );
  if (!(await hasJournal(client))) {
    if (!(await hasJournalSchema(client))) await client.query('create schema drizzle');
    await client.query(
      `create table ${journal} (id serial primary key, hash text not null, created_at bigint)`,
    );
  }
  for (const { sql, hash, folderMillis } of await pendingMigrations(client)) {
    for (const statement of sql) await client.query(statement);
    await client.query(`insert into ${journal} (hash, created_at) values ($1, $2)`, [
      hash,
      folderMillis,
    ]);
  }
}

async function hasJournal(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    'select to_regclass($1) is not null as found',
    [journal],
  );
  return rows[0]?.found === true;
}

/**
 * Instead of `create schema if not exists`, which needs the right to create schemas even if the
 * schema exists: https://github.com/drizzle-team/drizzle-orm/issues/3584
 */
async function hasJournalSchema(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    "select to_regnamespace('drizzle') is not null as found",
  );
  return rows[0]?.found === true;
}
