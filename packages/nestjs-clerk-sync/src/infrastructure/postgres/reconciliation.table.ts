import { sql } from 'drizzle-orm';
import { bigint, check, jsonb, pgTable, smallint, timestamp, uuid } from 'drizzle-orm/pg-core';

/** One row: the Clerk instance that the users belong to, and the state of reconciliation. */
export const userReconciliation = pgTable(
  'user_reconciliation',
  {
    id: smallint('id').primaryKey().default(1),
    /** What identifies the Clerk instance. To move the users to another one, set it to null. */
    instance: jsonb('instance'),
    /** The process that works, and until when; a process that died lets it expire. */
    owner: uuid('owner'),
    leaseUntil: timestamp('lease_until', { withTimezone: true, precision: 3, mode: 'date' }),
    /** The run that is not finished, with its position. */
    run: jsonb('run'),
    finishedRuns: bigint('finished_runs', { mode: 'number' }).notNull().default(0),
    /** The last run that finished: its options and its counts. */
    finished: jsonb('finished'),
  },
  (table) => [check('user_reconciliation_is_one_row', sql`${table.id} = 1`)],
);
