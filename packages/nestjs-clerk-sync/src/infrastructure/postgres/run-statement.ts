import { setTimeout as sleep } from 'node:timers/promises';
import { DrizzleQueryError } from 'drizzle-orm';
import { SyncUnavailableError } from '../../core/errors.js';
import { InFlight } from '../../core/in-flight.js';
import {
  hasConnections,
  isConnectError,
  isConnectionLimit,
  isForeignSession,
} from './connection-pool.js';
import type { Database } from './database.js';
import { isDatabaseError } from './database-error.js';
import { sizeOf } from './pool-settings.js';

/**
 * SQLSTATEs (PostgreSQL, appendix A), by class or whole, that mean "not now" rather than "invalid":
 * connections, authorisation, catalogues, resources, operators, the system, internal faults, locks,
 * databases closed to connections, read-only servers, timeouts of transactions, encodings that cannot
 * hold a text.
 */
const unavailableStates =
  /^(?:08|28|3D|3F|53|57|58|XX)|^(?:55P03|55000|25006|25P03|25P04|22021|22P05)$/;

/** Tables, columns or rights that are missing until a pending migration or grant is applied. */
const schemaMissingStates = /^(?:42P01|42703|42501)$/;

/** Serialisation failures, deadlocks, two inserts at once, and a `lock_timeout` of another's pool. */
const conflictStates = /^(?:40001|40P01|23505|55P03)$/;

/**
 * The server ended the connection: by an administrator, in a crash, while it starts, or after a
 * timeout of transactions or idle sessions that the role or the database sets. Or the connection is
 * of no more use: its prepared statements are of the schema before a migration that changed a
 * column's type (0A000, “cached plan must not change result type”).
 */
const lostStates = /^(?:08\w{3}|25P03|25P04|57P01|57P02|57P05|0A000)$/;

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

/**
 * @returns whether the connection broke or became unusable. The pool has dropped it; another may
 * work.
 */
export function isConnectionLost(cause: unknown): boolean {
  if (isDatabaseError(cause)) return lostStates.test(cause.code ?? '');
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
 * @returns whether another transaction was in the way, so that the statement may run again at once
 */
export function isConflict(cause: unknown): boolean {
  return isDatabaseError(cause) && conflictStates.test(cause.code ?? '');
}

/** All in milliseconds. */
export const attemptTimes = {
  /** For all attempts of a statement: a request is answered within 5 s. */
  total: 4_000,
  /** For connecting: an outage of a moment is bridged, a longer one is answered at once. */
  connect: 500,
  /** The first and the maximum pause between attempts. */
  pause: { first: 5, last: 250 },
} as const;

/** Attempts beside those that find a broken connection. */
const spareAttempts = 4;

/**
 * Runs a statement that may run again.
 *
 * @param db the database. Any of its pooled connections may be broken, which only use reveals, so
 *   there are more attempts than connections
 * @param statement resolves to undefined if another transaction was in the way, so that it must run
 *   again; it then sees what that one wrote
 * @throws SyncUnavailableError if the database is unavailable
 */
export function attempting<T>(db: Database, statement: () => Promise<T | undefined>): Promise<T> {
  const startedAt = performance.now();
  const again = (failure: Failure): Promise<T> => retrying(db, statement, startedAt, failure);
  // The first attempt almost always succeeds; an async function around the whole loop would
  // allocate 2 kB per statement.
  return statement().then(
    (result) => (result === undefined ? again({}) : result),
    (error: unknown) => again({ error }),
  );
}

/** An attempt without a result; without `error`, another transaction was in the way. */
interface Failure {
  readonly error?: unknown;
}

/**
 * Runs the statement until it has a result or the timeout elapses. @param failure of the first
 * attempt
 */
async function retrying<T>(
  db: Database,
  statement: () => Promise<T | undefined>,
  startedAt: number,
  failure: Failure,
): Promise<T> {
  let pauses = 0;
  let last = failure;
  for (let attempt = 1; ; attempt += 1) {
    const pause = pauseAfter(last, db, { attempt, pauses, startedAt });
    if (pause > 0) {
      pauses += 1;
      await sleep(pause);
    }
    try {
      const result = await statement();
      if (result !== undefined) return result;
      last = {};
    } catch (error) {
      last = { error };
    }
  }
}

interface Attempts {
  readonly attempt: number;
  readonly pauses: number;
  readonly startedAt: number;
}

/**
 * @returns milliseconds until the next attempt
 * @throws the cause, or SyncUnavailableError, if there is no next attempt
 */
function pauseAfter(
  { error }: Failure,
  db: Database,
  { attempt, pauses, startedAt }: Attempts,
): number {
  // Usually a race that has ended by now.
  if (error === undefined && attempt === 1) return 0;
  const cause = rootCause(error);
  const retry = error === undefined ? 'later' : retryOf(cause, db, attempt);
  if (retry === 'never' && !(isUnavailable(cause) || isSchemaMissing(cause))) throw cause;
  const elapsed = performance.now() - startedAt;
  if (retry === 'now' && elapsed < attemptTimes.total) return 0;
  const budget = isConnectError(cause) ? attemptTimes.connect : attemptTimes.total;
  const pause = pauseOf(pauses);
  if (retry === 'never' || elapsed + pause > budget) {
    throw unavailable(
      cause ?? new Error('Another transaction holds the row, or keeps changing it.'),
    );
  }
  return pause;
}

type Retry = 'now' | 'later' | 'never';

function retryOf(cause: unknown, { $client: pool }: Database, attempt: number): Retry {
  if (isForeignSession(cause)) return 'now';
  // The next attempt waits for one of those.
  if (isConnectionLimit(cause) && hasConnections(pool)) return 'now';
  if (isConnectError(cause)) return isUnavailable(cause) ? 'later' : 'never';
  const hasLost = isConnectionLost(cause);
  if (hasLost && attempt <= sizeOf(pool) + spareAttempts) return 'now';
  return hasLost || isConflict(cause) ? 'later' : 'never';
}

/** Exponential, with jitter, so that waiting statements do not retry at the same moment. */
function pauseOf(pauses: number): number {
  const { first, last } = attemptTimes.pause;
  return Math.min(last, first * 2 ** pauses) * (0.5 + Math.random() / 2);
}

/** @returns the error of a database that is temporarily unavailable */
export function unavailable(cause: unknown): SyncUnavailableError {
  return new SyncUnavailableError(
    'The service is temporarily unavailable. Try again shortly; you stay signed in.',
    2,
    { cause },
  );
}

/**
 * Runs work about the same key one after the other, so that statements of this process about one row
 * do not hold each other up in the database.
 */
export class Turns {
  /** By key, the end of the last requested work. */
  private readonly queues = new InFlight<{ end: Promise<unknown> }>();

  /**
   * @param key what the work is about
   * @param timeoutMs how long the work may wait for its turn
   * @param onTimeout creates the error to reject with; the work is not started then
   */
  take<T>(
    key: string,
    work: () => Promise<T>,
    timeoutMs: number,
    onTimeout: () => Error,
  ): Promise<T> {
    const before = this.queues.find(key);
    const since = performance.now();
    const turn =
      before === undefined
        ? work()
        : before.end.then(() => {
            if (performance.now() - since > timeoutMs) throw onTimeout();
            return work();
          });
    const queue = before ?? { end: turn };
    const leave = (): void => {
      if (queue.end === end) this.queues.remove(key, queue);
    };
    // Registered before the caller's own handlers, so the turn is over when they run.
    const end: Promise<void> = turn.then(leave, leave);
    queue.end = end;
    if (before === undefined) this.queues.add(key, queue);
    return turn;
  }
}
