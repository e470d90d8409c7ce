import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** The users table of an application built in the usual way. */
export const usualUsers = pgTable('usual_users', {
  id: uuid('id').primaryKey().defaultRandom(),
  clerkId: text('clerk_id').notNull().unique(),
  email: text('email'),
  name: text('name'),
  imageUrl: text('image_url'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
});

export type UsualUser = typeof usualUsers.$inferSelect;

/** The table's migration. */
export const createUsualUsers = `
  create table usual_users (
    id uuid primary key default gen_random_uuid(),
    clerk_id text not null unique,
    email text,
    name text,
    image_url text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`;
