import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';

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
    bannedAt: timestamp('banned_at', moment),
    /**
     * The exact version that last said whether the user is banned, in milliseconds since the epoch; 0:
     * none did. Apart from `profile_version`, which tokens advance without knowing of bans.
     */
    banVersion: bigint('ban_version', { mode: 'number' }).notNull().default(0),
  },
  (table) => [
    check(
      'users_tombstone_is_empty',
      sql`${table.deletedAt} is null or num_nonnulls(${table.email}, ${table.name}, ${table.imageUrl}) = 0`,
    ),
  ],
);

/**
 * Sessions that ended within the last 24 hours. By Clerk id: a session may end before its user has a
 * row.
 */
export const endedSessions = pgTable(
  'ended_sessions',
  {
    clerkId: text('clerk_id').notNull(),
    sessionId: text('session_id').notNull(),
    endedAt: timestamp('ended_at', moment).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.clerkId, table.sessionId] }),
    index('ended_sessions_ended_at').on(table.endedAt),
  ],
);

/**
 * The journal: what changed in `users`, when and by whom, without values. A trigger writes it, so that
 * it also has the rows that other programs change. No foreign key: events outlive a row that is deleted
 * by hand.
 */
export const userEvents = pgTable(
  'user_events',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    userId: uuid('user_id').notNull(),
    type: text('type').notNull(),
    source: text('source').notNull(),
    /** Names of the profile's fields. */
    changed: text('changed').array().notNull(),
    version: bigint('version', { mode: 'number' }).notNull(),
    occurredAt: timestamp('occurred_at', moment)
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [
    index('user_events_of_user').on(table.userId, table.id),
    index('user_events_occurred_at').using('brin', table.occurredAt),
  ],
);
