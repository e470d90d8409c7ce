import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { moment } from './moments.js';
import { users } from './users.table.js';

/**
 * At most one row per user. A deletion leaves the user's row as a tombstone, so `on delete cascade`
 * does not erase this one: a trigger on `users` does (migration 0004).
 */
export const userPreferences = pgTable('user_preferences', {
  userId: uuid('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  /** A BCP 47 language tag. */
  language: text('language').notNull(),
  /** The name of an IANA time zone. */
  timeZone: text('time_zone').notNull(),
  updatedAt: timestamp('updated_at', moment).notNull().defaultNow(),
});
