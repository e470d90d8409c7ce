import { join } from 'node:path';
import { acquireProcessLock, LockedError, type ProcessLock } from '../process/process-lock.js';
import { EmbeddedPostgresError } from './postgres-error.js';

/** Makes sure that one process at a time runs a server on the data in `home`. */
export async function lockHome(home: string): Promise<ProcessLock> {
  try {
    return await acquireProcessLock(join(home, 'lock'));
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new EmbeddedPostgresError(
      `A PostgreSQL on ${home} runs already: process ${error.pid} started it. ` +
        'Use that one, end that process, or choose another data folder.',
      { cause: error },
    );
  }
}
