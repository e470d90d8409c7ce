import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ListeningConnection } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/listening-connection.js';
import {
  inTransaction,
  type Transaction,
} from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/transaction.js';
import { connectTo } from '../../support/database-connection.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfile } from '@populatte/nestjs-clerk-sync/test/support/profile.builder.js';
import { cacheUsersOf } from '../../support/cached-users.js';
import { changesTimes } from '@populatte/nestjs-clerk-sync/src/infrastructure/postgres/postgres-user-changes.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Database settings that change how values are formatted or how statements run. */
const hostile: readonly (readonly [name: string, settings: Readonly<Record<string, string>>])[] = [
  ['SQL dates, day first', { DateStyle: 'SQL, DMY', TimeZone: 'America/Denver' }],
  ['German dates', { DateStyle: 'German, DMY', TimeZone: 'Europe/Berlin' }],
  ['PostgreSQL dates', { DateStyle: 'Postgres, MDY', TimeZone: 'Asia/Kathmandu' }],
  ['ISO dates, year first', { DateStyle: 'ISO, YMD', TimeZone: 'Pacific/Apia' }],
  ['another client encoding', { client_encoding: 'LATIN1' }],
  [
    'legacy text formats',
    {
      standard_conforming_strings: 'off',
      backslash_quote: 'off',
      escape_string_warning: 'on',
      bytea_output: 'escape',
      transform_null_equals: 'on',
      array_nulls: 'off',
      IntervalStyle: 'sql_standard',
      extra_float_digits: '-15',
      xmloption: 'document',
    },
  ],
  ['generic plans, no JIT', { plan_cache_mode: 'force_generic_plan', jit: 'off' }],
  ['no sequential scans', { enable_seqscan: 'off', enable_indexscan: 'off' }],
  [
    'short timeouts',
    {
      lock_timeout: '1ms',
      statement_timeout: '20ms',
      idle_in_transaction_session_timeout: '20ms',
      transaction_timeout: '50ms',
    },
  ],
  ['triggers of a replica', { session_replication_role: 'replica' }],
];

async function withSettings(
  settings: Readonly<Record<string, string>>,
  run: () => Promise<void>,
): Promise<void> {
  const name = pg.escapeIdentifier(new URL(database.url).pathname.slice(1));
  for (const [setting, value] of Object.entries(settings)) {
    const text = /^[\w, /-]+$/.test(value) ? pg.escapeLiteral(value) : value;
    const list = setting === 'DateStyle' ? value : text;
    await database.administer(`alter database ${name} set ${setting} to ${list}`);
  }
  try {
    await run();
  } finally {
    await database.administer(`alter database ${name} reset all`);
  }
}

describe.each(hostile)('with %s', (_name, settings) => {
  test.each(['2026-03-05T12:00:00.000Z', '2026-03-29T01:30:00.123Z', '2026-10-25T00:30:00.999Z'])(
    'reads back the creation time %s exactly',
    async (moment) => {
      await withSettings(settings, async () => {
        const clerkUser = aClerkUser();
        const connection = connectTo(database.url);
        try {
          const created = await connection.users.sync(aProfile(clerkUser));
          expect(created.outcome).toBe('created');
          await database.query(
            'update users set created_at = $1, updated_at = $1 where clerk_id = $2',
            [moment, clerkUser.clerkId],
          );
          const stored = await connection.users.findByClerkId(clerkUser.clerkId);
          expect(stored).toMatchObject({ user: { createdAt: moment, updatedAt: moment } });
          const synced = await connection.users.sync(aProfile(clerkUser));
          expect(synced).toMatchObject({
            outcome: 'unchanged',
            user: { createdAt: moment, updatedAt: moment },
          });
        } finally {
          await connection.close();
        }
      });
    },
  );

  test('stores text unchanged, updates and deletes', async () => {
    await withSettings(settings, async () => {
      const connection = connectTo(database.url);
      const clerkUser = { ...aClerkUser(), name: String.raw`O'Brien \ "😀" \x41 ß 名` };
      try {
        await connection.users.sync(aProfile(clerkUser));
        expect(await connection.users.findByClerkId(clerkUser.clerkId)).toMatchObject({
          user: { name: clerkUser.name },
        });
        const updated = await connection.users.sync(aProfile({ ...clerkUser, name: 'Grace' }, 1));
        expect(updated).toMatchObject({ outcome: 'updated', user: { name: 'Grace' } });
        expect(await connection.users.markDeleted(clerkUser.clerkId)).toBe('deleted');
        expect(await connection.users.sync(aProfile(clerkUser, 2))).toEqual({ outcome: 'ignored' });
      } finally {
        await connection.close();
      }
    });
  });
});

describe('a timeout of the database', () => {
  test.each([
    ['lock_timeout', '1ms'],
    ['statement_timeout', '50ms'],
    ['transaction_timeout', '50ms'],
  ])(
    '%s does not refuse a first request that waits for another one of the user',
    async (...setting) => {
      await withSettings(Object.fromEntries([setting]), async () => {
        const clerkUser = aClerkUser();
        const connection = connectTo(database.url);
        const other = new pg.Client(database.url);
        await other.connect();
        try {
          await other.query(
            'set lock_timeout = 0; set statement_timeout = 0; set transaction_timeout = 0',
          );
          await other.query('begin');
          await other.query(
            'insert into users (id, clerk_id, profile_version) values (gen_random_uuid(), $1, 0)',
            [clerkUser.clerkId],
          );
          const synced = connection.users.sync(aProfile(clerkUser));
          await sleep(500);
          await other.query('rollback');
          expect(await synced).toMatchObject({ outcome: 'created' });
        } finally {
          await other.end();
          await connection.close();
        }
      });
    },
  );
});

test('session_replication_role of the database is named once, because changes make no events', async () => {
  await withSettings({ session_replication_role: 'replica' }, async () => {
    const cached = cacheUsersOf(database.url);
    try {
      await cached.live();
      await sleep(changesTimes.heartbeat * 2);
      const warnings = cached.log.entries.filter(({ level }) => level === 'warn');
      expect(warnings).toMatchObject([
        { message: expect.stringContaining('session_replication_role') as string },
      ]);
    } finally {
      await cached.close();
    }
  });
});

test('idle_session_timeout of the database closes neither pooled connections nor the listening one', async () => {
  await withSettings({ idle_session_timeout: '1s' }, async () => {
    const connection = connectTo(database.url);
    const listening = new ListeningConnection(database.url, () => undefined);
    try {
      await connection.pool.query('select 1');
      await listening.connect();
      await listening.listen('a_channel');
      await sleep(2_000);
      expect(connection.pool.totalCount).toBe(1);
      expect(connection.log.entries).toEqual([]);
      await listening.query('select 1');
    } finally {
      listening.destroy();
      await connection.close();
    }
  });
});

test('idle_in_transaction_session_timeout of the database does not end a transaction of the application', async () => {
  await withSettings({ idle_in_transaction_session_timeout: '100ms' }, async () => {
    const connection = connectTo(database.url);
    try {
      const work = async (transaction: Transaction): Promise<string> => {
        await sleep(500);
        await transaction.execute(sql`select 1`);
        return 'done';
      };
      expect(await inTransaction(connection.pool, work, { statementTimeoutMs: 4_000 })).toBe(
        'done',
      );
    } finally {
      await connection.close();
    }
  });
});

describe('columns of the application', () => {
  test('can have any name, including names used inside the sync statement', async () => {
    const own = await createTestDatabase();
    const names = [
      'exact same newer due outcome incoming existing compared written synced stored excluded',
      'users version max_version old new id_2 "select" "Order" "weird "" name"',
    ];
    for (const name of names.join(' ').match(/"(?:[^"]|"")*"|\S+/g) ?? []) {
      await own.query(`alter table users add column ${name} text default 'theirs'`);
    }
    const connection = connectTo(own.url);
    try {
      const clerkUser = aClerkUser();
      const outcomes = [
        await connection.users.sync(aProfile(clerkUser)),
        await connection.users.sync(aProfile(clerkUser)),
        await connection.users.sync(aProfile({ ...clerkUser, name: 'Grace' }, 1)),
        await connection.users.sync(aProfile({ ...clerkUser, name: 'Ada' }, -1)),
      ].map(({ outcome }) => outcome);
      expect(outcomes).toEqual(['created', 'unchanged', 'updated', 'stale']);
      expect(await connection.users.markDeleted(clerkUser.clerkId)).toBe('deleted');
    } finally {
      await connection.close();
      await own.drop();
    }
  });
});

describe('a stored version in the future', () => {
  test.each([8_600_000_000_000_000, Date.now() + 25 * 3_600_000])(
    'is repaired by the next profile if it is over 24 h ahead (%i)',
    async (at) => {
      const connection = connectTo(database.url);
      const clerkUser = aClerkUser();
      try {
        await connection.users.sync({ ...aProfile(clerkUser), version: { at, exact: true } });
        const now = { at: Date.now(), exact: true };
        const repaired = await connection.users.sync({
          ...aProfile({ ...clerkUser, email: 'second@x.example' }),
          version: now,
        });
        expect(repaired).toMatchObject({ outcome: 'updated', user: { email: 'second@x.example' } });
        const [row] = await database.query<{ profile_version: string }>(
          'select profile_version from users where clerk_id = $1',
          [clerkUser.clerkId],
        );
        expect(Number(row?.profile_version)).toBe(now.at);
      } finally {
        await connection.close();
      }
    },
  );

  test('is kept if it is an hour ahead, since clocks differ', async () => {
    const connection = connectTo(database.url);
    const clerkUser = aClerkUser();
    try {
      const ahead = { at: Date.now() + 3_600_000, exact: true };
      await connection.users.sync({ ...aProfile(clerkUser), version: ahead });
      const older = {
        ...aProfile({ ...clerkUser, name: 'X' }),
        version: { at: Date.now(), exact: true },
      };
      expect(await connection.users.sync(older)).toMatchObject({ outcome: 'stale' });
    } finally {
      await connection.close();
    }
  });
});
