import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { databaseTimes } from './database.js';

/** Any number, the same for all instances: who holds this advisory lock migrates. */
const migrationLock = 7_105_117_108;

/** How long an instance waits for another one's migration. */
const lockTimeout = '60s';

const migrationsFolder = fileURLToPath(new URL('../../../drizzle', import.meta.url));

/**
 * Applies pending migrations. Several instances may start at once: one works, the others wait.
 *
 * @param url a connection of its own to PostgreSQL, not through a pooler: the lock is the session's
 * @throws when the database cannot be reached, or a migration fails
 */
export async function applyMigrations(url: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'populatte-migrations',
    connectionTimeoutMillis: databaseTimes.connect,
  });
  // The failing statement rejects too; this one keeps a break in between from ending the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`set lock_timeout = '${lockTimeout}'`);
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await migrate(drizzle(client), { migrationsFolder });
  } finally {
    await client.end();
  }
}
