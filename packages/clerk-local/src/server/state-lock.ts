import { acquireProcessLock, LockedError } from '@populatte/process-kit';
import { ClerkLocalError } from '../domain/shared/clerk-local-error.js';
import { explainUnwritable } from './state-file.js';

/** The right to write a state file. */
export interface StateLock {
  /**
   * Makes sure that this instance still holds the lock: processes in different containers do not
   * see each other, so the one that starts later takes it over.
   *
   * @throws {ClerkLocalError} `state_in_use`
   */
  check(): Promise<void>;
  /** Idempotent. Does not release the lock of another instance. */
  release(): Promise<void>;
}

/**
 * Locks a state file, because two instances would overwrite each other's changes.
 *
 * The lock is a file beside it. One that a killed process left does not prevent a start, even if
 * another process has its id now.
 *
 * @throws {ClerkLocalError} `state_in_use` if an instance in a running process holds the lock,
 *   `state_unwritable`
 */
export async function lockState(statePath: string): Promise<StateLock> {
  const lock = await acquireProcessLock(`${statePath}.lock`).catch((error: unknown) => {
    throw error instanceof LockedError
      ? inUse(statePath, error)
      : explainUnwritable(statePath, error);
  });
  return {
    check: async () => {
      if (!(await lock.isHeld())) throw takenOver(statePath);
    },
    release: () => lock.release(),
  };
}

function inUse(statePath: string, { path, pid }: LockedError): ClerkLocalError {
  const holder = pid === process.pid ? 'this process' : `process ${pid}`;
  // Windows does not tell when a process started, so it may be another one that has the same id.
  const doubt =
    process.platform === 'win32' ? ` If process ${pid} is not clerk-local, delete ${path}.` : '';
  return new ClerkLocalError(
    'state_in_use',
    `The state file ${statePath} is in use by another instance in ${holder}.`,
    `Stop that instance, or choose another folder with --data (data in startClerkLocal).${doubt}`,
  );
}

function takenOver(statePath: string): ClerkLocalError {
  return new ClerkLocalError(
    'state_in_use',
    `Another instance has taken over the state file ${statePath}, so this one cannot write to it.`,
    'Stop one of them, or choose another folder with --data (data in startClerkLocal).',
  );
}
