import { SyncUnavailableError } from '../../core/users/user.errors.js';
import {
  isConflict,
  isConnectionLost,
  isSchemaMissing,
  isUnavailable,
  rootCause,
} from './database-errors.js';

/** A statement is tried this often: a row may be written by others meanwhile, a connection may break. */
const maxAttempts = 4;

/**
 * Runs a statement that may be run again.
 *
 * @param statement resolves to undefined where another transaction was faster, so that it must run
 *   again; it then sees what that one wrote
 * @throws SyncUnavailableError when the database cannot answer
 */
export async function attempting<T>(statement: () => Promise<T | undefined>): Promise<T> {
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
