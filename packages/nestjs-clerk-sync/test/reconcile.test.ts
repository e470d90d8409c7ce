import { type INestApplicationContext, Injectable } from '@nestjs/common';
import {
  type EmbeddedPostgres,
  openPool,
  startTemporaryPostgres,
} from '@populatte/embedded-postgres';
import { pgTable, text } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import {
  ClerkSync,
  clerkSyncSql,
  clerkUserColumns,
  EraseUserData,
  type ReconcileProgress,
} from '../src/index.js';
import { startTestClerk, type TestClerk } from '../src/testing/index.js';
import { createUserTable } from './support/create-user-table.js';
import { startApplication } from './support/start-application.js';

const users = pgTable('members', {
  ...clerkUserColumns(),
  version: text('version').notNull().default('of the application'),
});

const erased: string[] = [];

@Injectable()
class Erasure {
  @EraseUserData()
  erase({ clerkId }: typeof users.$inferSelect): void {
    erased.push(clerkId);
  }
}

let postgres: EmbeddedPostgres;
let clerk: TestClerk;
let pool: pg.Pool;
let application: INestApplicationContext;
let clerkSync: ClerkSync<typeof users.$inferSelect>;

beforeAll(async () => {
  [postgres, clerk] = await Promise.all([startTemporaryPostgres(), startTestClerk()]);
  pool = openPool(await postgres.createDatabase('reconcile'));
  await pool.query(
    createUserTable('members', "version text not null default 'of the application'"),
  );
  await pool.query(clerkSyncSql(users));
  application = await startApplication({ ...clerk.options, database: { pool, users } }, [Erasure]);
  clerkSync = application.get<ClerkSync<typeof users.$inferSelect>>(ClerkSync);
});
afterAll(async () => {
  await application.close();
  await pool.end();
  await Promise.all([postgres.remove(), clerk.close()]);
});

test('reconciliation imports the users of Clerk into the application’s own table, and finds missing ones', async () => {
  for (let at = 0; at < 1_234; at += 1) {
    const number = String(at).padStart(4, '0');
    clerk.addUser({ clerkId: `user_${number}`, email: `u${number}@people.example`, name: 'A B' });
  }
  const phases: ReconcileProgress['phase'][] = [];
  const onProgress = ({ phase }: ReconcileProgress): void => {
    phases.push(phase);
  };

  const dry = await clerkSync.reconcile({ dryRun: true, ratePerSecond: 1_000 });
  expect(dry).toMatchObject({ scanned: 1_234, created: 1_234, missing: 0 });
  expect(await clerkSync.findByClerkId('user_0007')).toBeNull();

  const imported = await clerkSync.reconcile({ ratePerSecond: 1_000, onProgress });
  expect(imported).toMatchObject({ scanned: 1_234, created: 1_234, updated: 0, missing: 0 });
  expect(phases).toContain('listing');
  expect(await clerkSync.findByClerkId('user_0007')).toMatchObject({
    email: 'u0007@people.example',
    version: 'of the application',
  });

  const again = await clerkSync.reconcile({ ratePerSecond: 1_000 });
  expect(again).toMatchObject({ created: 0, updated: 0, unchanged: 1_234, missing: 0 });

  const lost = { clerkId: 'user_lost', email: null, name: 'Lost', imageUrl: null };
  await clerkSync.sync({ ...lost, version: { at: 1, exact: true } });
  expect(await clerkSync.reconcile({ ratePerSecond: 1_000 })).toMatchObject({
    missing: 1,
    deleted: 0,
  });
  const deletion = await clerkSync.reconcile({ ratePerSecond: 1_000, deleteMissing: true });
  expect(deletion).toMatchObject({ missing: 1, deleted: 1, heldBackBecause: null });
  expect(erased).toEqual(['user_lost']);
  expect(await clerkSync.findByClerkId('user_lost')).toBeNull();
});

test('counting millions of users may take longer than a statement of a request', async () => {
  const query = vi.spyOn(pool, 'query');
  try {
    await clerkSync.reconcile({ ratePerSecond: 1_000 });
    const statements = z
      .array(z.tuple([z.object({ text: z.string(), query_timeout: z.number() })]).rest(z.unknown()))
      .parse(query.mock.calls);
    const counting = statements.filter(([{ text: sql }]) => sql.includes('count('));
    expect(counting.length).toBeGreaterThan(0);
    for (const [{ query_timeout }] of counting) expect(query_timeout).toBe(25_000);
  } finally {
    query.mockRestore();
  }
});

test('a row that the table refuses ends a reconciliation at once: it would be refused again', async () => {
  // A sequence, because it also counts attempts that are rolled back.
  await pool.query(`
    create sequence attempts;
    create function refuse() returns trigger language plpgsql as $$ begin
      perform nextval('attempts');
      raise exception 'Not this one.';
    end $$;
    create trigger refuse before insert on members
      for each row when (new.name = 'Refused') execute function refuse()`);
  clerk.addUser({ clerkId: 'user_refused', name: 'Refused' });
  await expect(clerkSync.reconcile({ ratePerSecond: 1_000 })).rejects.toMatchObject({
    code: 'sync_unavailable',
    cause: { code: 'P0001' },
  });
  const { rows } = await pool.query('select last_value::int as attempts, is_called from attempts');
  expect(rows).toEqual([{ attempts: 1, is_called: true }]);
});

test.each<[string, object]>([
  ['dryRun', { dryRun: 'true' }],
  ['deleteMissing', { deleteMissing: 1 }],
  ['restart', { restart: null }],
  ['maxDeletions', { maxDeletions: Number.NaN }],
  ['maxDeletions', { maxDeletions: -1 }],
  ['maxDeletions', { maxDeletions: '5' }],
  ['since', { since: Number.NaN }],
  ['since', { since: '2026-01-31' }],
  ['since', { since: 0, deleteMissing: true }],
  ['ratePerSecond', { ratePerSecond: 0 }],
  ['ratePerSecond', { ratePerSecond: Number.NaN }],
  ['ratePerSecond', { ratePerSecond: -5 }],
])('reconciliation refuses a wrong %s: %o', async (option, options) => {
  const refused = clerkSync.reconcile(options);
  await expect(refused).rejects.toThrow(TypeError);
  await expect(refused).rejects.toThrow(new RegExp(`^ClerkSync\\.reconcile: ${option}: `));
});

test('reconciliation takes options that are undefined, and no limit of deletions', async () => {
  // As a JavaScript application passes them.
  const unset: object = { since: undefined, restart: undefined };
  const options = { ...unset, maxDeletions: Infinity, dryRun: true, ratePerSecond: 1_000 };
  expect(await clerkSync.reconcile(options)).toMatchObject({ deleted: 0 });
});
