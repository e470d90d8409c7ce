import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import * as schema from '../../../src/infrastructure/database/users.table.js';
import { applyMigrations } from '../../../src/infrastructure/database/migrations.js';
import { connectTo } from '../../support/database-connection.js';
import { aProfile } from '../../support/profile.builder.js';

const name = `empty_${randomUUID().replaceAll('-', '')}`;
const url = new URL(inject('postgresUrl'));
url.pathname = `/${name}`;

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

/** What drizzle-kit remembers of what it generated. */
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
  it('succeeds for all of three instances that start at once on an empty database', async () => {
    await Promise.all([1, 2, 3].map(() => applyMigrations(url.href)));
    expect(await applied()).toHaveLength(entries.length);
  });

  it('makes a schema that the repository works on', async () => {
    const connection = connectTo(url.href);
    expect(await connection.users.sync(aProfile())).toMatchObject({ outcome: 'created' });
    await connection.close();
  });

  it('changes nothing the second time', async () => {
    const before = [await applied(), await query('select *, xmin::text from users')];
    await applyMigrations(url.href);
    expect([await applied(), await query('select *, xmin::text from users')]).toEqual(before);
  });

  it('gives the lock and the connection back', async () => {
    const left = await query(
      `select pid from pg_stat_activity where application_name = 'populatte-migrations'
         and datname = current_database()
       union all select pid from pg_locks where locktype = 'advisory'
         and database = (select oid from pg_database where datname = current_database())`,
    );
    expect(left).toEqual([]);
  });

  it('rejects where the database cannot be reached', async () => {
    const gone = new URL(url);
    gone.pathname = '/does_not_exist';
    await expect(applyMigrations(gone.href)).rejects.toMatchObject({ code: '3D000' });
  });
});

describe('a tombstone', () => {
  it('cannot hold personal data: the table refuses it', async () => {
    await expect(
      query(
        `insert into users (id, clerk_id, email, profile_version, deleted_at)
         values (gen_random_uuid(), 'user_tombstone', 'a@x.example', 0, now())`,
      ),
    ).rejects.toMatchObject({ constraint: 'users_tombstone_is_empty' });
  });
});

/** What of `drizzle-kit/api` is used; its own types need the drivers of every database. */
interface DrizzleKit {
  generateDrizzleJson(imports: Record<string, unknown>, previousId?: string): Snapshot;
  generateMigration(before: Snapshot, after: Snapshot): Promise<string[]>;
}

interface Snapshot {
  readonly id: string;
}

describe('the generated migrations', () => {
  it('are in step with users.table.ts: generating again would change nothing', async () => {
    // Its ES module build cannot be loaded by Node: it calls `require`.
    const kit = createRequire(import.meta.url)('drizzle-kit/api') as DrizzleKit;
    const number = String(entries.length - 1).padStart(4, '0');
    const latest = meta(`${number}_snapshot`) as Snapshot;
    const now = kit.generateDrizzleJson({ ...schema }, latest.id);
    expect(await kit.generateMigration(latest, now)).toEqual([]);
    const before = kit.generateDrizzleJson({});
    expect(await kit.generateMigration(before, now)).not.toEqual([]);
  });
});
