import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';

/** As precise as JavaScript's Date, so that no digits are lost. */
const moment = { withTimezone: true, precision: 3, mode: 'date' } as const;

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
 * The journal: what changed in the table of users, when and by whom, without values. A trigger writes it, so that
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

/** One row: when the last authentic webhook arrived at any process. */
export const webhookReceipts = pgTable(
  'webhook_receipts',
  {
    id: smallint('id').primaryKey().default(1),
    lastReceivedAt: timestamp('last_received_at', moment).notNull(),
  },
  (table) => [check('webhook_receipts_is_one_row', sql`${table.id} = 1`)],
);
