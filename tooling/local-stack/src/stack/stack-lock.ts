import { join } from 'node:path';
import { acquireProcessLock, LockedError, type ProcessLock } from '@populatte/process-kit';
import { StackError } from './stack-error.js';

/**
 * Makes sure that only one stack runs in a checkout.
 *
 * @param folder the checkout's `.local`
 * @throws StackError naming the process that runs it
 */
export async function lockStack(folder: string): Promise<ProcessLock> {
  try {
    return await acquireProcessLock(join(folder, 'stack.lock'));
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new StackError(
      `The stack is already running (process ${error.pid}). Use it, or end it with Ctrl-C in its ` +
        `terminal or with: kill ${error.pid}`,
      { cause: error },
    );
  }
}
