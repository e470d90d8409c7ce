import { SyncUnavailableError } from '../../core/users/user.errors.js';
import {
  isConflict,
  isConnectionLost,
  isSchemaMissing,
  isUnavailable,
  rootCause,
} from './database-errors.js';
import type { Database } from './database.js';

/** Tries beside those that find a broken connection: a row may be written by others meanwhile. */
const spareAttempts = 4;

/**
 * Runs a statement that may be run again.
 *
 * @param db where it runs. Each of its pool's connections may be broken, and found to be so only by
 *   its use: it is tried more often than there are
 * @param statement resolves to undefined where another transaction was faster, so that it must run
 *   again; it then sees what that one wrote
 * @throws SyncUnavailableError when the database cannot answer
 */
export async function attempting<T>(
  db: Database,
  statement: () => Promise<T | undefined>,
): Promise<T> {
  const maxAttempts = db.$client.options.max + spareAttempts;
  for (let attempt = 1; ; attempt += 1) {
    const last = attempt === maxAttempts;
    try {
      const result = await statement();
      if (result !== undefined) return result;
      if (last) throw unavailable(new Error('The row kept changing under the statement.'));
    } catch (error) {
      if (error instanceof SyncUnavailableError) throw error;
      const cause = rootCause(error);
      const mayRunAgain = isConnectionLost(cause) || isConflict(cause);
      if (mayRunAgain && !last) continue;
      if (mayRunAgain || isUnavailable(cause) || isSchemaMissing(cause)) throw unavailable(cause);
      throw cause;
    }
  }
}

function unavailable(cause: unknown): SyncUnavailableError {
  return new SyncUnavailableError(
    'Your account cannot be loaded right now. Try again shortly; you stay signed in.',
    2,
    { cause },
  );
}
