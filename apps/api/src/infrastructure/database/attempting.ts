import { setTimeout as sleep } from 'node:timers/promises';
import { SyncUnavailableError } from '../../core/users/user.errors.js';
import {
  hasConnections,
  isConnectError,
  isConnectionLimit,
  isForeignSession,
} from './connection-pool.js';
import {
  isConflict,
  isConnectionLost,
  isSchemaMissing,
  isUnavailable,
  rootCause,
} from './database-errors.js';
import type { Database } from './database.js';

/** All in milliseconds. */
export const attemptTimes = {
  /** For all attempts of a statement: a request is answered within 5 s. */
  total: 4_000,
  /** For connecting: an outage of a moment is bridged, a longer one is answered at once. */
  connect: 500,
  /** Between two attempts: the first time, and at most. */
  pause: { first: 5, last: 250 },
} as const;

/** Attempts beside those that find a broken connection. */
const spareAttempts = 4;

/**
 * Runs a statement that may run again.
 *
 * @param db where it runs. Each of its pool's connections may be broken, which only its use shows: it
 *   is tried more often than there are connections
 * @param statement resolves to undefined if another transaction was in the way, so that it must run
 *   again; it then sees what that one wrote
 * @throws SyncUnavailableError when the database cannot answer
 */
export async function attempting<T>(
  db: Database,
  statement: () => Promise<T | undefined>,
): Promise<T> {
  const startedAt = performance.now();
  let pauses = 0;
  for (let attempt = 1; ; attempt += 1) {
    let cause: unknown = new Error('Another transaction holds the row, or keeps changing it.');
    let retry: Retry = 'later';
    try {
      const result = await statement();
      if (result !== undefined) return result;
      // The usual case is a race that is over by now.
      if (attempt === 1) continue;
    } catch (error) {
      cause = rootCause(error);
      retry = retryOf(cause, db, attempt);
      if (retry === 'never' && !(isUnavailable(cause) || isSchemaMissing(cause))) throw cause;
    }
    if (retry === 'now' && performance.now() - startedAt < attemptTimes.total) continue;
    const budget = isConnectError(cause) ? attemptTimes.connect : attemptTimes.total;
    const pause = pauseOf(pauses);
    if (retry === 'never' || performance.now() - startedAt + pause > budget)
      throw unavailable(cause);
    pauses += 1;
    await sleep(pause);
  }
}

type Retry = 'now' | 'later' | 'never';

function retryOf(cause: unknown, { $client: pool }: Database, attempt: number): Retry {
  if (isForeignSession(cause)) return 'now';
  // The next attempt waits for one of those.
  if (isConnectionLimit(cause) && hasConnections(pool)) return 'now';
  if (isConnectError(cause)) return isUnavailable(cause) ? 'later' : 'never';
  const hasLost = isConnectionLost(cause);
  if (hasLost && attempt <= pool.options.max + spareAttempts) return 'now';
  return hasLost || isConflict(cause) ? 'later' : 'never';
}

/** Exponential, with jitter: what waits for the same thing does not come back at the same time. */
function pauseOf(pauses: number): number {
  const { first, last } = attemptTimes.pause;
  return Math.min(last, first * 2 ** pauses) * (0.5 + Math.random() / 2);
}

/** @returns the error of a database that cannot answer now */
export function unavailable(cause: unknown): SyncUnavailableError {
  return new SyncUnavailableError(
    'Your account cannot be loaded right now. Try again shortly; you stay signed in.',
    2,
    { cause },
  );
}
