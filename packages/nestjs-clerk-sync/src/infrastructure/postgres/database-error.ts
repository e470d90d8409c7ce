import { DrizzleQueryError } from 'drizzle-orm';
import pg from 'pg';

type ReportedError = Error & {
  readonly code?: string;
  /** The function of PostgreSQL that reported it; unlike the message, it is not translated. */
  readonly routine?: string;
};

/**
 * Whether PostgreSQL, or a pooler, reported the error, rather than the driver. Another copy of
 * `pg`, `pg.native` and drivers with the same interface have their own error classes.
 */
export function isDatabaseError(error: unknown): error is ReportedError {
  if (error instanceof pg.DatabaseError) return true;
  return (
    error instanceof Error &&
    'severity' in error &&
    'code' in error &&
    typeof error.code === 'string'
  );
}

/**
 * SQLSTATEs (PostgreSQL, appendix A), by class or whole, that mean "not now" rather than "invalid":
 * connections, authorisation, catalogues, resources, operators, the system, internal faults, locks,
 * databases closed to connections, read-only servers, timeouts of transactions, limits such as that of
 * the NOTIFY queue, encodings that cannot hold a text.
 */
const unavailableStates =
  /^(?:08|28|3D|3F|53|57|58|XX)|^(?:54000|55P03|55000|25006|25P03|25P04|22021|22P05)$/;

/** Tables, columns, rights or unique constraints that are missing until a pending migration or grant is applied. */
const schemaMissingStates = /^(?:42P01|42703|42501|42P10)$/;

/** Serialisation failures, deadlocks, two inserts at once, and a `lock_timeout` of another's pool. */
const conflictStates = /^(?:40001|40P01|23505|55P03)$/;

/**
 * The application's table refuses a row: a value is too long for its column, or a constraint or a trigger
 * does not accept it (`RAISE EXCEPTION` without a code: P0001).
 */
const rowRefusedStates = /^(?:22001|23\w{3}|P0001)$/;

/**
 * The server ended the connection: by an administrator, in a crash, while it starts, or after a
 * timeout of transactions or idle sessions that the role or the database sets. Or the connection is
 * unusable, because its prepared statements have plans from before a migration that changed a
 * column's type (0A000, “cached plan must not change result type”).
 */
const lostStates = /^(?:08\w{3}|25P03|25P04|57P01|57P02|57P05|0A000)$/;

/** A different session, shared through a pooler: both are about names of prepared statements. */
const foreignSessionStates = /^(?:26000|42P05)$/;

/**
 * The routines that compare the row of a trigger with the one for which its PL/pgSQL function was
 * planned (42804, “type of parameter … does not match”). A session keeps such a plan after a
 * migration that changed a column's type.
 */
const stalePlanRoutine = 'plpgsql_param_eval_';

/**
 * The driver's own error. Drizzle wraps it in one whose message holds the statement's parameters,
 * which are personal data and must not be logged.
 */
export function rootCause(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? (error.cause ?? new Error('A query failed.')) : error;
}

/** @returns whether the database is temporarily unavailable */
export function isUnavailable(cause: unknown): boolean {
  if (isDatabaseError(cause)) return unavailableStates.test(cause.code ?? '');
  // The driver's other errors concern sockets and timeouts; a programming error is a TypeError.
  return cause instanceof Error && !(cause instanceof TypeError) && !(cause instanceof RangeError);
}

/** @returns whether the schema lacks something that this release needs */
export function isSchemaMissing(cause: unknown): boolean {
  return isDatabaseError(cause) && schemaMissingStates.test(cause.code ?? '');
}

/** @returns whether the application's table does not accept the row */
export function isRowRefused(cause: unknown): cause is Error & { readonly code?: string } {
  return isDatabaseError(cause) && rowRefusedStates.test(cause.code ?? '');
}

/**
 * @returns whether the connection broke or became unusable, so that it must leave the pool; another
 *   may work
 */
export function isConnectionLost(cause: unknown): boolean {
  if (isDatabaseError(cause)) {
    return (
      lostStates.test(cause.code ?? '') || cause.routine?.startsWith(stalePlanRoutine) === true
    );
  }
  if (!(cause instanceof Error)) return false;
  const code = 'code' in cause ? cause.code : undefined;
  return (
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    cause.message === 'Connection terminated' ||
    cause.message === 'Connection terminated unexpectedly' ||
    cause.message.startsWith('Client has encountered a connection error')
  );
}

/**
 * @returns whether a named statement was missing or belonged to another client: the session is
 * shared
 */
export function isForeignSession(error: unknown): boolean {
  return isDatabaseError(error) && foreignSessionStates.test(error.code ?? '');
}

/** @returns whether a pooler refused a transaction, because it runs each statement on any connection */
export function isStatementMode(cause: unknown): boolean {
  return isDatabaseError(cause) && cause.message.includes('statement pooling mode');
}

/**
 * @returns whether another transaction was in the way, so that the statement may run again at once
 */
export function isConflict(cause: unknown): boolean {
  return isDatabaseError(cause) && conflictStates.test(cause.code ?? '');
}

/** @returns whether the driver gave up waiting for an answer, and the pool has closed the connection */
export function isUnanswered(cause: unknown): boolean {
  return cause instanceof Error && cause.message === 'Query read timeout';
}
