import type { Clock } from '../../core/clock.js';
import { StoreReadOnlyError, SyncUnavailableError } from '../../core/errors.js';
import type { InfrastructureLog } from '../../core/log.js';
import { isDatabaseError, isSchemaMissing } from './database-error.js';

/** Milliseconds between two warnings of the same reason. */
const interval = 60_000;

/**
 * Logs why statements about users fail. Nest logs no HTTP exception, so a 503 would otherwise leave
 * no trace of its reason.
 */
export class OutageWarnings {
  private readonly warnedAt = new Map<string, number>();

  constructor(
    private readonly log: InfrastructureLog,
    private readonly clock: Clock,
  ) {}

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
    const warning = warningOf(cause);
    const now = this.clock.monotonic();
    if (now - (this.warnedAt.get(warning) ?? Number.NEGATIVE_INFINITY) < interval) return;
    this.warnedAt.set(warning, now);
    this.log.warn(warning, cause);
  }
}

function warningOf(cause: unknown): string {
  const constraint = uniqueConstraintOf(cause);
  if (constraint !== undefined) {
    return `The application’s unique constraint ${constraint} refuses a user: requests of this user get 503. Drop the constraint: two users of Clerk may share an email, such as one who signs up again before the deletion of the first account has arrived.`;
  }
  // The message names tables and columns, but contains no data.
  return isSchemaMissing(cause) && cause instanceof Error
    ? `The database lacks something that statements about users need (${cause.message}): requests get 503. Apply your migrations, including the one with clerkSyncSql(users), and name your columns explicitly: Drizzle’s casing option does not apply here.`
    : 'The database is not available for statements about users: requests get 503 until it is. Check that it is reachable with the options of the pool.';
}

/**
 * @returns the constraint that refused a row; undefined for other errors, also for a trigger that
 * raises the same code: its message may contain data
 */
function uniqueConstraintOf(cause: unknown): string | undefined {
  if (!isDatabaseError(cause) || cause.code !== '23505' || !('constraint' in cause))
    return undefined;
  return typeof cause.constraint === 'string' ? cause.constraint : undefined;
}
