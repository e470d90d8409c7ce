import { text, pgSchema, pgTable } from 'drizzle-orm/pg-core';
import { describe, expect, test } from 'vitest';
import { clerkSyncSql, clerkUserColumns, clerkUserConstraints } from '../src/index.js';

describe('clerkSyncSql', () => {
  test('names functions and triggers by the table and qualifies them with its schema', () => {
    const users = pgSchema('crm').table('people', clerkUserColumns(), clerkUserConstraints);
    const sql = clerkSyncSql(users);
    expect(sql).toContain('CREATE OR REPLACE FUNCTION "crm"."people_notify_change"()');
    expect(sql).toContain('CREATE OR REPLACE TRIGGER "people_changed"');
    expect(sql).toContain('ON "crm"."people"');
  });

  test('quotes the names of tables', () => {
    const users = pgTable('app users', { ...clerkUserColumns(), plan: text('plan') });
    expect(clerkSyncSql(users)).toContain('ALTER TABLE "app users"');
  });

  test('refuses a name so long that PostgreSQL would give two functions the same name', () => {
    const users = pgTable(`${'é'.repeat(27)}s`, clerkUserColumns());
    expect(() => clerkSyncSql(users)).toThrow('has over 54 bytes');
  });
});
