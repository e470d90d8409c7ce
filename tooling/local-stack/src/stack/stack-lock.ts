import { join } from 'node:path';
import { acquireProcessLock, LockedError, type ProcessLock } from '@populatte/process-kit';
import { StackError } from './stack-error.js';

/**
 * Makes sure that only one stack runs in a checkout.
 *
 * @param folder the checkout's `.local`; created if it does not exist
 * @throws StackError naming the process that runs it, or a folder that cannot be written
 */
export async function lockStack(folder: string): Promise<ProcessLock> {
  try {
    return await acquireProcessLock(join(folder, 'stack.lock'));
  } catch (error) {
    if (isSystemError(error)) throw notWritable(folder, error);
    if (!(error instanceof LockedError)) throw error;
    throw new StackError(
      `The stack is already running (process ${error.pid}). Use it, or end it with Ctrl-C in its ` +
        `terminal or with: kill ${error.pid}`,
      { cause: error },
    );
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function notWritable(folder: string, error: NodeJS.ErrnoException): StackError {
  return new StackError(
    `The stack cannot keep its state in ${folder} (${error.code ?? ''}). ` +
      'Make it a folder that this user may write to, on a disk with free space.',
    { cause: error },
  );
}
