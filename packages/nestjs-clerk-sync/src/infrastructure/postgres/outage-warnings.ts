import type { Clock } from '../../core/clock.js';
import { StoreReadOnlyError, SyncUnavailableError } from '../../core/errors.js';
import type { InfrastructureLog } from '../../core/log.js';
import { OncePerMinute } from '../../core/once-per-minute.js';
import {
  isDatabaseError,
  isRowRefused,
  isSchemaMissing,
  isStatementMode,
} from './database-error.js';

/**
 * Logs why statements about users fail, each reason at most once a minute. Nest logs no HTTP exception,
 * so a 503 would otherwise leave no trace of its reason.
 */
export class OutageWarnings {
  private readonly warnings: OncePerMinute;

  /** @param users the name of the application's table */
  constructor(
    private readonly log: InfrastructureLog,
    clock: Clock,
    private readonly users: string,
  ) {
    this.warnings = new OncePerMinute(clock);
  }

  /** Passes the work's result on, and warns if the database was unavailable. */
  watch<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      // A read-only database has its own warning.
      if (error instanceof SyncUnavailableError && !(error instanceof StoreReadOnlyError)) {
        this.warn(error.cause);
      }
      throw error;
    });
  }

  private warn(cause: unknown): void {
    const warning = warningOf(cause, this.users);
    if (this.warnings.isDue(warning)) this.log.warn(warning, cause);
  }
}

function warningOf(cause: unknown, users: string): string {
  if (isRowRefused(cause)) {
    return `${refusalOf(cause, users)} Until then, requests of this user get 503, and Clerk redelivers the webhooks.`;
  }
  // These messages name tables, columns and settings, but contain no data.
  if (isDatabaseError(cause) && cause.message.startsWith('unsupported startup parameter')) {
    return `The pooler in front of the database refuses a setting of the pool (${cause.message}): requests get 503. Remove it from the pool’s options, from “options” in the database’s URL and from PGOPTIONS. createConnectionPool() then connects without its own settings.`;
  }
  if (isStatementMode(cause)) {
    return 'The pooler in front of the database is in statement mode, which allows no transactions: requests get 503. Set pool_mode to transaction or session, or use a URL that reaches PostgreSQL itself.';
  }
  if (isDatabaseError(cause) && cause.code === '42501') {
    return `The role of the pool lacks a right (${cause.message}): requests get 503. Grant select, insert and update on the table of users, and these and delete on the module’s tables. With row-level security, the role must own the table or have a policy that allows all of its rows.`;
  }
  if (isDatabaseError(cause) && cause.code === '42P10') {
    return `The column clerk_id of the table of users has no unique constraint of its own (${cause.message}): requests get 503. Add one. A partitioned table can only have it if it is partitioned by clerk_id.`;
  }
  if (isDatabaseError(cause) && cause.code === '54000') {
    return `PostgreSQL has reached a limit (${cause.message}): such changes of users get 503. The NOTIFY queue is full while a session that listens stays in a transaction: end it (in pg_stat_activity, state “idle in transaction” with an old xact_start), then run SELECT pg_notification_queue_usage(), which empties the queue. An index on a long column of the table of users needs another kind, such as hash.`;
  }
  return isSchemaMissing(cause) && cause instanceof Error
    ? `The database lacks something that statements about users need (${cause.message}): requests get 503. Apply your migrations, including the one with clerkSyncSql(users), and name your columns explicitly: Drizzle’s casing option does not apply here.`
    : 'The database is not available for statements about users: requests get 503 until it is. Check that it is reachable with the options of the pool.';
}

/**
 * @returns why the application's table refuses a user, and the fix. Not PostgreSQL's message, which may
 *   contain data, and which a trigger can write.
 */
function refusalOf(cause: Error & { readonly code?: string }, users: string): string {
  const [table, constraint, column] = ['table', 'constraint', 'column'].map((member) =>
    textOf(cause, member),
  );
  if (cause.code === '22001') {
    return 'A column of the application’s table of users is too short for a value of Clerk. Make email, name and image_url text, to which PostgreSQL converts a varchar without rewriting the table.';
  }
  if (cause.code === '23502' && column !== undefined) return columnRefusal(column);
  if (constraint === undefined) {
    return `A trigger on the application’s table of users refuses a user (SQLSTATE ${cause.code ?? 'unknown'}). Change it so that it accepts what Clerk sends.`;
  }
  if (table === 'user_events' && cause.code === '23505') {
    return "The sequence of user_events is behind its rows, as after a switch to a logical replica. Run: select setval(pg_get_serial_sequence('user_events', 'id'), (select max(id) from user_events));";
  }
  if (table !== users) {
    return `The constraint ${constraint} of the table ${table ?? 'unknown'} refuses a change of a user. Find out what writes to it: a trigger, or a method with @EraseUserData().`;
  }
  if (constraint === `${users}_tombstone_is_empty`) {
    return `Something gives a deleted user an email, a name or an image URL, which the constraint ${constraint} refuses, most likely a trigger on the table of users. Change it so that it leaves deleted users as they are.`;
  }
  if (cause.code === '23505') {
    return `The application’s unique constraint ${constraint} refuses a user. Drop it: two users of Clerk may share an email, such as one who signs up again before the deletion of the first account has arrived.`;
  }
  return `The application’s constraint ${constraint} refuses a user. Change it so that it accepts what Clerk sends, such as a user without an email, and a deleted user, who has no email, name or image URL.`;
}

function columnRefusal(column: string): string {
  const fix = ['email', 'name', 'image_url'].includes(column)
    ? 'Drop this constraint: a user may lack an email, a name and an image URL.'
    : 'Drop this constraint, or give the column a default: the module does not write columns of the application.';
  return `The application’s column ${column} refuses a user, because it is not null. ${fix}`;
}

function textOf(cause: Error, member: string): string | undefined {
  const value: unknown = Reflect.get(cause, member);
  return typeof value === 'string' ? value : undefined;
}
