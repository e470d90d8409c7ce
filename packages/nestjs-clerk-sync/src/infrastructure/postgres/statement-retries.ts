import { setTimeout as sleep } from 'node:timers/promises';
import { type SyncUnavailableError, temporarilyUnavailable } from '../../core/errors.js';
import { isConnectError, isConnectionLimit } from './connect-errors.js';
import { hasConnections } from './connection-pool.js';
import { type Database, dropNames } from './database.js';
import {
  isConflict,
  isConnectionLost,
  isForeignSession,
  isSchemaMissing,
  isStatementMode,
  isUnanswered,
  isUnavailable,
  rootCause,
} from './database-error.js';
import { closeIdle } from './pool-errors.js';
import { sizeOf } from './pool-settings.js';

/** All in milliseconds. */
export const retryTimes = {
  /** For all attempts of a statement: a request is answered within 5 s. */
  total: 4_000,
  /** For connecting: bridges a momentary outage; a longer one is reported at once. */
  connect: 500,
  /** The first and the maximum pause between attempts. */
  pause: { first: 5, last: 250 },
} as const;

/** Attempts, not counting those that find a broken connection. */
const spareAttempts = 4;

/**
 * Runs a statement that may run again.
 *
 * @param db the database. Any of its pooled connections may be broken, which only use reveals, so
 *   there are more attempts than connections
 * @param statement resolves to undefined if another transaction was in the way, so that it must run
 *   again; it then sees what that one wrote
 * @param explain runs after the statement's second result of undefined, when a race is unlikely;
 *   rejects if something other than a transaction is in the way
 * @throws SyncUnavailableError if the database is unavailable
 */
export function withRetries<T>(
  db: Database,
  statement: () => Promise<T | undefined>,
  explain?: () => Promise<void>,
): Promise<T> {
  const startedAt = performance.now();
  const again = (failure: Failure): Promise<T> =>
    retrying(db, { statement, explain, startedAt }, failure);
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

interface Retried<T> {
  readonly statement: () => Promise<T | undefined>;
  readonly explain: (() => Promise<void>) | undefined;
  readonly startedAt: number;
}

/**
 * Runs the statement until it has a result or the timeout elapses.
 *
 * @param failure of the first attempt
 */
async function retrying<T>(
  db: Database,
  { statement, explain, startedAt }: Retried<T>,
  failure: Failure,
): Promise<T> {
  let pauses = 0;
  let last = failure;
  for (let attempt = 1; ; attempt += 1) {
    if (attempt === 2 && last.error === undefined) {
      await explain?.().catch((cause: unknown) => {
        throw unavailable(cause);
      });
    }
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
  // The cause, such as the pause of a serverless function, has probably dropped the idle ones too.
  if (isUnanswered(cause)) closeIdle(db.$client);
  if (isForeignSession(cause)) dropNames(db.$client);
  const retry = error === undefined ? 'later' : retryOf(cause, db, attempt);
  if (retry === 'never' && !(isUnavailable(cause) || isSchemaMissing(cause))) throw cause;
  const elapsed = performance.now() - startedAt;
  if (retry === 'now' && elapsed < retryTimes.total) return 0;
  const budget = isConnectError(cause) ? retryTimes.connect : retryTimes.total;
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
  if (isStatementMode(cause)) return 'never';
  // The next attempt waits for one of those.
  if (isConnectionLimit(cause) && hasConnections(pool)) return 'now';
  if (isConnectError(cause)) return isUnavailable(cause) ? 'later' : 'never';
  const hasLost = isConnectionLost(cause);
  if (hasLost && attempt <= sizeOf(pool) + spareAttempts) return 'now';
  return hasLost || isConflict(cause) ? 'later' : 'never';
}

/** Exponential, with jitter, so that waiting statements do not retry at the same moment. */
function pauseOf(pauses: number): number {
  const { first, last } = retryTimes.pause;
  return Math.min(last, first * 2 ** pauses) * (0.5 + Math.random() / 2);
}

/** @returns the error of a database that is temporarily unavailable */
export function unavailable(cause: unknown): SyncUnavailableError {
  return temporarilyUnavailable(2, { cause });
}
