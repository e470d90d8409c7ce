import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

/** As precise as JavaScript's Date, so that no digits are lost. */
const moment = { withTimezone: true, precision: 3, mode: 'date' } as const;

/**
 * Sessions that ended within the last 24 hours, by Clerk id: a session may end before its user has a
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
 * The journal: what changed in the table of users, when and by whom, without values. A trigger writes
 * it, so it also records the changes of other programs. It has no foreign key: events outlive a row
 * that is deleted by hand. An index costs every sign-up PostgreSQL time, so there are only two: ids
 * grow with time, which retention relies on.
 */
export const userEvents = pgTable(
  'user_events',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    userId: uuid('user_id').notNull(),
    type: text('type').notNull(),
    source: text('source').notNull(),
    /** Who acted as the user whose token brought the change; null: the user did. */
    actor: text('actor'),
    /** Names of the profile's fields, without values. */
    changed: text('changed').array().notNull(),
    version: bigint('version', { mode: 'number' }).notNull(),
    occurredAt: timestamp('occurred_at', moment)
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [index('user_events_of_user').on(table.userId, table.id)],
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

/**
 * All handlers of events (`@OnUserEvent()`) that were ever registered. Delete the row of a handler that
 * no longer exists.
 */
export const userEventHandlers = pgTable('user_event_handlers', {
  name: text('name').primaryKey(),
  types: text('types').array().notNull(),
  /** Events of the handler's types up to this id have a delivery for it. */
  backfilledTo: bigint('backfilled_to', { mode: 'number' }).notNull().default(0),
  /** The last id of the backfill; the trigger writes later deliveries. Null: not known yet. */
  backfillUntil: bigint('backfill_until', { mode: 'number' }),
  /** `backfill_until` is known once all transactions below this id have ended. */
  settlesAt: bigint('settles_at', { mode: 'number' }),
});

/** Events that a handler has not processed. */
export const userEventDeliveries = pgTable(
  'user_event_deliveries',
  {
    eventId: bigint('event_id', { mode: 'bigint' }).notNull(),
    // No foreign key: it would fail a user's write while the handler's row is being deleted.
    handler: text('handler').notNull(),
    userId: uuid('user_id').notNull(),
    /** Failed attempts. */
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: timestamp('next_attempt_at', moment).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.eventId, table.handler] }),
    uniqueIndex('user_event_deliveries_of_user').on(table.handler, table.userId, table.eventId),
    index('user_event_deliveries_due').on(table.handler, table.nextAttemptAt, table.eventId),
  ],
);
