import { sql } from 'drizzle-orm';
import { bigint, check, jsonb, pgTable, smallint, timestamp, uuid } from 'drizzle-orm/pg-core';

/** One row: the Clerk instance that the users belong to, and the state of reconciliation. */
export const userReconciliation = pgTable(
  'user_reconciliation',
  {
    id: smallint('id').primaryKey().default(1),
    /** Identifies the Clerk instance. To move the users to another one, set it to null. */
    instance: jsonb('instance'),
    /** The active process and the end of its lease, which expires if the process dies. */
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
