import { customType, pgTable, text, varchar } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { clerkUserColumns } from '../../../src/index.js';
import { shortColumns } from '../../../src/infrastructure/postgres/clerk-columns.js';

test('finds the columns that are too short for the longest values of Clerk', () => {
  const users = pgTable('users', {
    ...clerkUserColumns(),
    email: varchar('email', { length: 319 }),
    name: varchar('name', { length: 255 }),
    imageUrl: varchar('image_url', { length: 2_047 }),
    slug: varchar('slug', { length: 20 }),
  });
  expect(shortColumns(users)).toEqual([
    'email varchar(319)',
    'name varchar(255)',
    'image_url varchar(2047)',
  ]);
});

test('accepts columns that are long enough, without a length, or of another type', () => {
  const citext = customType<{ data: string }>({ dataType: () => 'citext' });
  const users = pgTable('users', {
    ...clerkUserColumns(),
    email: citext('email'),
    name: varchar('name', { length: 512 }),
    imageUrl: varchar('image_url'),
  });
  expect(shortColumns(users)).toEqual([]);
  expect(shortColumns(pgTable('users', { ...clerkUserColumns(), name: text('name') }))).toEqual([]);
});
