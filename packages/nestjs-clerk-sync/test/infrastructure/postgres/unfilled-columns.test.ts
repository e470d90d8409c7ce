import { sql } from 'drizzle-orm';
import { bigint, integer, pgTable, serial, text } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { clerkUserColumns } from '../../../src/index.js';
import { unfilledColumns } from '../../../src/infrastructure/postgres/clerk-columns.js';

test('finds the columns without a value when the module creates a row', () => {
  const users = pgTable('users', {
    ...clerkUserColumns(),
    tenant: text('tenant_name').notNull(),
    slug: text('slug')
      .notNull()
      .$defaultFn(() => 'slug'),
    changed: text('changed')
      .notNull()
      .$onUpdate(() => 'now'),
  });
  expect(unfilledColumns(users)).toEqual(['tenant_name', 'slug', 'changed']);
});

test('accepts columns that are nullable, generated, or have a default in the database', () => {
  const users = pgTable('users', {
    ...clerkUserColumns(),
    nickname: text('nickname'),
    plan: text('plan').notNull().default('free'),
    empty: text('empty').notNull().default(''),
    rank: integer('rank').notNull().default(0),
    random: text('random')
      .notNull()
      .default(sql`md5('')`),
    both: text('both')
      .notNull()
      .default('')
      .$defaultFn(() => 'slug'),
    number: serial('number').notNull(),
    identity: bigint('identity', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    length: integer('length')
      .notNull()
      .generatedAlwaysAs(sql`length(email)`),
  });
  expect(unfilledColumns(users)).toEqual([]);
});
