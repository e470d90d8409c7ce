import { DrizzleQueryError } from 'drizzle-orm';
import pg from 'pg';

/**
 * SQLSTATEs (PostgreSQL, appendix A), by class or whole, that say "not now" rather than "wrong":
 * connections, authorisation, catalogues, resources, operators, the system, internal faults, locks,
 * databases closed to connections, read-only servers, encodings that cannot hold a text.
 */
const unavailableStates = /^(?:08|28|3D|3F|53|57|58|XX)|^(?:55P03|55000|25006|22021|22P05)$/;

/** Tables, columns or rights that are missing until a pending migration or grant is applied. */
const schemaMissingStates = /^(?:42P01|42703|42501)$/;

/** Serialisation failures, deadlocks, and two inserts at once. */
const conflictStates = /^(?:40001|40P01|23505)$/;

/**
 * The server ended the connection: by an administrator, in a crash, or while it starts. Or the
 * connection is of no more use: its prepared statements are of the schema before a migration that
 * changed a column's type (0A000, “cached plan must not change result type”).
 */
const lostStates = /^(?:08\w{3}|57P01|57P02|0A000)$/;

/**
 * The driver's own error. Drizzle wraps it in one whose message holds the statement's parameters,
 * which are personal data and must go nowhere.
 */
export function rootCause(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? (error.cause ?? new Error('A query failed.')) : error;
}

/** @returns whether the database cannot answer now, and may later */
export function isUnavailable(cause: unknown): boolean {
  if (cause instanceof pg.DatabaseError) return unavailableStates.test(cause.code ?? '');
  // Whatever else the driver rejects with is about sockets and time limits; a mistake is a TypeError.
  return cause instanceof Error && !(cause instanceof TypeError) && !(cause instanceof RangeError);
}

/** @returns whether the schema is not as this version of the API needs it */
export function isSchemaMissing(cause: unknown): boolean {
  return cause instanceof pg.DatabaseError && schemaMissingStates.test(cause.code ?? '');
}

/** @returns whether the connection broke or will not do, so that another one may: the pool has dropped this one */
export function isConnectionLost(cause: unknown): boolean {
  if (cause instanceof pg.DatabaseError) return lostStates.test(cause.code ?? '');
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

/** @returns whether another transaction was in the way, so that the statement may run again at once */
export function isConflict(cause: unknown): boolean {
  return cause instanceof pg.DatabaseError && conflictStates.test(cause.code ?? '');
}
