import { TimeoutError } from './errors.js';

/** The longest delay that timers know; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Waits for work until `ms` are over or the caller aborts. The work's signal aborts then, and when
 * the work has ended, so that nothing listens any more.
 *
 * @throws the caller's reason (before work begins if there is one already), TimeoutError with the
 *   message, or what the work throws
 */
export async function within<T>(
  ms: number,
  message: string,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const signal = AbortSignal.any(caller ? [caller, ending.signal] : [ending.signal]);
  signal.throwIfAborted();
  const aborted = new Promise((resolve) => {
    signal.addEventListener('abort', resolve);
  });
  const expire = (): void => {
    ending.abort(new TimeoutError(message));
  };
  const timer = setTimeout(expire, Math.min(ms, MAX_TIMER_MS));
  try {
    const result = work(signal);
    await Promise.race([aborted, result]);
    signal.throwIfAborted();
    return await result;
  } finally {
    clearTimeout(timer);
    ending.abort();
  }
}

/** Ends after `ms`, and never once the signal aborts: whoever waits `within` has left by then. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
    });
  });
}
