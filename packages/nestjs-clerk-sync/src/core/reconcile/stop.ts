import { DomainError } from '../errors.js';

/** The caller stopped the run. */
export class ReconciliationStoppedError extends DomainError<'reconciliation_stopped'> {
  readonly code = 'reconciliation_stopped';

  constructor() {
    super('Stopped. The position is stored, and the next run resumes there.');
  }
}

/** @throws ReconciliationStoppedError */
export function throwIfStopped(stop: AbortSignal): void {
  if (stop.aborted) throw new ReconciliationStoppedError();
}

/**
 * Waits for the work unless the caller stops the run. The work itself continues; it must end on its
 * own.
 *
 * @throws ReconciliationStoppedError
 */
export async function unlessStopped<T>(stop: AbortSignal, work: Promise<T>): Promise<T> {
  let onAbort: () => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    onAbort = (): void => {
      reject(new ReconciliationStoppedError());
    };
    stop.addEventListener('abort', onAbort);
    if (stop.aborted) onAbort();
  });
  try {
    return await Promise.race([stopped, work]);
  } finally {
    stop.removeEventListener('abort', onAbort);
  }
}
