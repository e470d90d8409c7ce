import pg from 'pg';
import { isDatabaseError } from './database-error.js';

/** Marks an error of connecting, also for another copy of this package in the process. */
const connectError = Symbol.for('@populatte/nestjs-clerk-sync:connect-error');

/** Marks the error of an attempt to connect. */
export function markConnectError(error: unknown): void {
  if (error instanceof Error) Object.defineProperty(error, connectError, { value: true });
}

/** @returns whether connecting failed, so that no statement was sent */
export function isConnectError(error: unknown): boolean {
  return error instanceof Error && connectError in error;
}

/**
 * Poolers report a limit with SQLSTATEs that also mean other errors. PgBouncer: "no more connections
 * allowed (max_client_conn)", "client connections exceeded (max_user_client_connections)". Supavisor,
 * by release: "MaxClientsInSessionMode: max clients reached", "(EMAXCONNSESSION) max clients reached in
 * session mode", "Max client connections reached".
 */
const poolerLimit =
  /max_client_conn|max_\w+_client_connections|max client(?:s| connections) reached|too many (?:clients|connections)/i;

/**
 * @returns whether the server, or a pooler, has no connection left for this role, database or
 * client
 */
export function isConnectionLimit(error: unknown): boolean {
  if (!isDatabaseError(error)) return false;
  return error.code === '53300' || poolerLimit.test(error.message);
}

/** @returns the error that PostgreSQL reports at its own limit, for a pooler that reports none */
export function noServerConnection(): Error {
  const text = 'The pooler accepted the connection, but has no server connection left for it.';
  const error = new pg.DatabaseError(text, text.length, 'error');
  return Object.assign(error, { severity: 'FATAL', code: '53300' });
}

/**
 * PgBouncer: 08P01 "unsupported startup parameter: …"; other poolers have other codes and words.
 *
 * @returns whether the server, or a pooler, refused a setting at connect
 */
export function isStartupRefusal(error: unknown): boolean {
  return isDatabaseError(error) && /\bparameter|\boption/i.test(error.message);
}
