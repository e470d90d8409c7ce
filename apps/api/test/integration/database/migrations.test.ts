import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { z } from 'zod';
import { until } from '@populatte/process-kit';
import { SyncUnavailableError } from '@populatte/nestjs-clerk-sync/src/core/errors.js';
import * as schema from '../../../src/infrastructure/database/schema.js';
import { applyMigrations } from '../../../src/infrastructure/database/migrations.js';
import { describeDatabaseError } from '../../../src/infrastructure/database/explain-database-error.js';
import { DatabaseReadiness } from '../../../src/infrastructure/database/database-readiness.js';
import { createDatabase } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/database.js';
import { connectTo } from '../../support/database-connection.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfile } from '@populatte/nestjs-clerk-sync/test/support/profile.builder.js';

const name = `empty_${randomUUID().replaceAll('-', '')}`;
const url = new URL(inject('postgresUrl'));
url.pathname = `/${name}`;

/** An empty database for one test. */
interface EmptyDatabase {
  readonly name: string;
  readonly url: string;
  administer(text: string): Promise<void>;
  drop(): Promise<void>;
}

async function emptyDatabase(options = ''): Promise<EmptyDatabase> {
  const own = `empty_${randomUUID().replaceAll('-', '')}`;
  await query(`create database ${own} ${options}`, 'postgres');
  const ownUrl = new URL(url);
  ownUrl.pathname = `/${own}`;
  return {
    name: own,
    url: ownUrl.href,
    administer: async (text) => {
      await query(text, 'postgres');
    },
    drop: async () => {
      await query(`drop database if exists ${own} with (force)`, 'postgres');
    },
  };
}

async function query(text: string, database = name): Promise<unknown[]> {
  const target = new URL(url);
  target.pathname = `/${database}`;
  const client = new pg.Client({ connectionString: target.href });
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

const migrationsFolder = fileURLToPath(new URL('../../../drizzle', import.meta.url));

/** Reads a metadata file of drizzle-kit. */
function meta(file: string): unknown {
  const path = new URL(`../../../drizzle/meta/${file}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8'));
}

const { entries } = z.object({ entries: z.array(z.unknown()) }).parse(meta('_journal'));

const applied = (): Promise<unknown[]> =>
  query('select * from drizzle.__drizzle_migrations order by id');

beforeAll(async () => {
  await query(`create database ${name}`, 'postgres');
});
afterAll(async () => {
  await query(`drop database if exists ${name} with (force)`, 'postgres');
});

describe('applyMigrations', () => {
  test('succeeds in three instances that start at once on an empty database', async () => {
    await Promise.all([1, 2, 3].map(() => applyMigrations(url.href)));
    expect(await applied()).toHaveLength(entries.length);
  });

  test('creates the schema that the repository needs', async () => {
    const connection = connectTo(url.href);
    expect(await connection.users.sync(aProfile())).toMatchObject({ outcome: 'created' });
    await connection.close();
  });

  test('changes nothing when it runs again', async () => {
    const before = [await applied(), await query('select *, xmin::text from users')];
    await applyMigrations(url.href);
    expect([await applied(), await query('select *, xmin::text from users')]).toEqual(before);
  });

  test('releases its lock and its connection', async () => {
    const left = await query(
      `select pid from pg_stat_activity where application_name = 'populatte-migrations'
         and datname = current_database()
       union all select pid from pg_locks where locktype = 'advisory'
         and database = (select oid from pg_database where datname = current_database())`,
    );
    expect(left).toEqual([]);
  });

  test('waits for another instance and reports it once', async () => {
    const own = await emptyDatabase();
    const other = new pg.Client({ connectionString: own.url });
    await other.connect();
    await other.query('begin');
    await other.query('select pg_advisory_xact_lock(7105117109)');
    let notices = 0;
    const migrating = applyMigrations(own.url, () => (notices += 1));
    await until('the wait is reported', () => notices > 0);
    await applyMigrations(url.href);
    await sleep(1_200);
    await other.query('commit');
    await migrating;
    expect(notices).toBe(1);
    await other.end();
    await own.drop();
  });

  test('takes no lock, and so never waits, if no migration is pending', async () => {
    const other = new pg.Client({ connectionString: url.href });
    await other.connect();
    await other.query('select pg_advisory_lock(7105117108), pg_advisory_lock(7105117109)');
    await applyMigrations(url.href, () => {
      throw new Error('It waited.');
    });
    await other.end();
  });

  test('is not cancelled by timeouts that the database sets', async () => {
    const own = await emptyDatabase();
    await own.administer(
      `alter database ${own.name} set statement_timeout = '300ms'; alter database ${own.name} set lock_timeout = '300ms'`,
    );
    const other = new pg.Client({ connectionString: own.url });
    await other.connect();
    await other.query('begin; create schema drizzle');
    const migrating = applyMigrations(own.url);
    await until('the migration waits for a lock', async () => {
      const waiting = await query(
        `select from pg_stat_activity where datname = '${own.name}' and wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
    await sleep(1_000);
    await other.query('rollback');
    await migrating;
    await other.end();
    await own.drop();
  });

  test('rejects if the database does not exist', async () => {
    const gone = new URL(url);
    gone.pathname = '/does_not_exist';
    await expect(applyMigrations(gone.href)).rejects.toMatchObject({ code: '3D000' });
  });
});

describe('a database', () => {
  /** @returns the report of the readiness probe for a database */
  async function readiness(at: string): Promise<unknown> {
    const connection = connectTo(at);
    try {
      return await new DatabaseReadiness(
        createDatabase(connection.pool),
        connection.writes,
      ).check();
    } finally {
      await connection.close();
    }
  }

  test.each(['LATIN1', 'SQL_ASCII'])(
    'with encoding %s is neither migrated nor ready, and the reason names the fix',
    async (encoding) => {
      const own = await emptyDatabase(`encoding '${encoding}' locale 'C' template template0`);
      const refusal = applyMigrations(own.url);
      await expect(refusal).rejects.toThrow(`encoding is ${encoding}; it must be UTF8`);
      expect(await readiness(own.url)).toEqual({
        status: 'unavailable',
        reason: expect.stringContaining('it must be UTF8') as string,
        fix: expect.stringContaining("CREATE DATABASE … ENCODING 'UTF8'") as string,
      });
      await own.drop();
    },
  );

  test('that cannot encode a name leads to SyncUnavailableError, not to an unexpected error', async () => {
    const own = await emptyDatabase(`encoding 'LATIN1' locale 'C' template template0`);
    const client = new pg.Client({ connectionString: own.url });
    await client.connect();
    for (const { sql } of readMigrationFiles({ migrationsFolder })) {
      for (const statement of sql) await client.query(statement.replaceAll(/[^\p{ASCII}]/gu, '?'));
    }
    await client.end();
    const connection = connectTo(own.url);
    await expect(connection.users.sync(aProfile({ ...aClerkUser(), name: '😀' }))).rejects.toThrow(
      SyncUnavailableError,
    );
    await connection.close();
    await own.drop();
  });

  test('that lacks migrations is not ready until they are applied', async () => {
    const own = await emptyDatabase();
    expect(await readiness(own.url)).toMatchObject({
      status: 'unavailable',
      reason: `The database lacks ${entries.length} of this release’s migrations.`,
    });
    await applyMigrations(own.url);
    expect(await readiness(own.url)).toEqual({ status: 'ready' });
    await own.drop();
  });

  test('with a `users` table of another application is not migrated, and the error says so', async () => {
    const own = await emptyDatabase();
    const client = new pg.Client({ connectionString: own.url });
    await client.connect();
    await client.query('create table users (id serial primary key, login text)');
    const cause: unknown = await applyMigrations(own.url).catch((error: unknown) => error);
    expect(describeDatabaseError(cause)).toMatch(/another application’s `users`.*42P07/);
    const { rows } = await client.query("select to_regnamespace('drizzle') as drizzle");
    expect(rows).toEqual([{ drizzle: null }]);
    await client.end();
    await own.drop();
  });

  test('whose role cannot create a schema is not migrated, and the error names the GRANT', async () => {
    const own = await emptyDatabase();
    const role = `role_${randomUUID().replaceAll('-', '')}`;
    await query(`create role ${role} login password 'p'`, 'postgres');
    const asRole = new URL(own.url);
    asRole.username = role;
    asRole.password = 'p';
    const cause: unknown = await applyMigrations(asRole.href).catch((error: unknown) => error);
    expect(describeDatabaseError(cause)).toMatch(
      /GRANT CREATE ON DATABASE.*DATABASE_MIGRATE=false.*42501/,
    );
    await own.drop();
    await query(`drop role ${role}`, 'postgres');
  });

  // PostgreSQL checks the right on the database even if the schema of “if not exists” exists:
  // https://github.com/drizzle-team/drizzle-orm/issues/3584
  test('whose role owns the schema of Drizzle’s journal needs no right on the database', async () => {
    const own = await emptyDatabase();
    const role = `role_${randomUUID().replaceAll('-', '')}`;
    await query(`create role ${role} login password 'p'`, 'postgres');
    const client = new pg.Client({ connectionString: own.url });
    await client.connect();
    await client.query(
      `create schema drizzle authorization ${role}; grant usage, create on schema public to ${role}`,
    );
    await client.end();
    const asRole = new URL(own.url);
    asRole.username = role;
    asRole.password = 'p';
    await applyMigrations(asRole.href);
    expect(await readiness(asRole.href)).toEqual({ status: 'ready' });
    await own.drop();
    await query(`drop role ${role}`, 'postgres');
  });

  test.each([
    ['drop extension plpgsql', /CREATE EXTENSION plpgsql.*42704/],
    ["create type users as enum ('a')", /already exists.*42710/],
    ['create table user_events (id int)', /already exists.*42P07/],
  ])('that a migration fails on after “%s” is explained', async (statement, explanation) => {
    const own = await emptyDatabase();
    const client = new pg.Client({ connectionString: own.url });
    await client.connect();
    await client.query(statement);
    await client.end();
    const cause: unknown = await applyMigrations(own.url).catch((error: unknown) => error);
    expect(describeDatabaseError(cause)).toMatch(explanation);
    await own.drop();
  });

  test('is ready for a role that can use the table but not read the applied migrations', async () => {
    const own = await emptyDatabase();
    await applyMigrations(own.url);
    const role = `role_${randomUUID().replaceAll('-', '')}`;
    const client = new pg.Client({ connectionString: own.url });
    await client.connect();
    await client.query(
      `create role ${role} login password 'p'; grant select, insert, update on users to ${role}`,
    );
    await client.end();
    const asRole = new URL(own.url);
    asRole.username = role;
    asRole.password = 'p';
    expect(await readiness(asRole.href)).toEqual({ status: 'ready' });
    await own.drop();
    await query(`drop role ${role}`, 'postgres');
  });
});

describe('a tombstone', () => {
  test('cannot hold personal data: a check constraint refuses it', async () => {
    await expect(
      query(
        `insert into users (id, clerk_id, email, profile_version, deleted_at)
         values (gen_random_uuid(), 'user_tombstone', 'a@x.example', 0, now())`,
      ),
    ).rejects.toMatchObject({ constraint: 'users_tombstone_is_empty' });
  });
});

/**
 * The part of `drizzle-kit/api` that the test uses; the package's own types need every database's
 * driver.
 */
interface DrizzleKit {
  generateDrizzleJson(imports: Record<string, unknown>, previousId?: string): Snapshot;
  generateMigration(before: Snapshot, after: Snapshot): Promise<string[]>;
}

interface Snapshot {
  readonly id: string;
}

describe('the generated migrations', () => {
  test('match schema.ts: drizzle-kit would generate no further migration', async () => {
    // Node cannot load the ES module build, because that calls `require`.
    const kit = createRequire(import.meta.url)('drizzle-kit/api') as DrizzleKit;
    const number = String(entries.length - 1).padStart(4, '0');
    const latest = meta(`${number}_snapshot`) as Snapshot;
    const now = kit.generateDrizzleJson({ ...schema }, latest.id);
    expect(await kit.generateMigration(latest, now)).toEqual([]);
    const before = kit.generateDrizzleJson({});
    expect(await kit.generateMigration(before, now)).not.toEqual([]);
  });
});
