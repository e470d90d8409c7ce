import { sql } from 'drizzle-orm';
import { bigint, check, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** As precise as JavaScript's Date, so that no digits are lost. */
const moment = { withTimezone: true, precision: 3, mode: 'date' } as const;

/**
 * One row per Clerk id. `deleted_at` makes a row a tombstone: it has no personal data and is kept so
 * that nothing can restore the user.
 */
export const users = pgTable(
  'users',
  {
    id: uuid('id').primaryKey(),
    clerkId: text('clerk_id').notNull().unique(),
    email: text('email'),
    name: text('name'),
    imageUrl: text('image_url'),
    /** When the profile was true at Clerk, in milliseconds since the epoch. */
    profileVersion: bigint('profile_version', { mode: 'number' }).notNull(),
    createdAt: timestamp('created_at', moment).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', moment).notNull().defaultNow(),
    deletedAt: timestamp('deleted_at', moment),
  },
  (table) => [
    check(
      'users_tombstone_is_empty',
      sql`${table.deletedAt} is null or num_nonnulls(${table.email}, ${table.name}, ${table.imageUrl}) = 0`,
    ),
  ],
);
