import { setTimeout as sleep } from 'node:timers/promises';
import { ProgramEndedError } from './program-error.js';

export interface PollOptions {
  /** Milliseconds until the wait ends without a result. */
  readonly timeoutMs: number;
  /** Interval between attempts, in milliseconds. Default: 25. */
  readonly intervalMs?: number | undefined;
}

/** A value that ends a wait: everything but `undefined` and `false`. */
type Found<T> = Exclude<T, undefined | false>;

/**
 * Calls a function until it returns something other than `undefined` or `false`.
 *
 * The time is monotonic, and there is always at least one attempt.
 *
 * @param attempt an error that it throws ends the wait
 * @returns the value; `undefined` after the timeout
 */
export async function poll<T>(
  attempt: () => T | Promise<T>,
  { timeoutMs, intervalMs = 25 }: PollOptions,
): Promise<Found<T> | undefined> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await attempt();
    if (value !== undefined && value !== false) return value as Found<T>;
    if (performance.now() >= end) return undefined;
    await sleep(intervalMs);
  }
}

/** A condition was not met in time. */
export class WaitTimeoutError extends Error {
  override readonly name = 'WaitTimeoutError';
}

export interface UntilOptions {
  /** Interval between attempts, in milliseconds. Default: 25. */
  readonly intervalMs?: number;
  /** Counts an error of the attempt as "not yet", unless it is a `ProgramEndedError`. */
  readonly retryErrors?: boolean;
}

/**
 * Waits for a condition rather than a fixed time.
 *
 * @param what completes "Timed out waiting until …"
 * @param attempt returns `undefined` or `false` for "not yet"; an error that it throws ends the
 * wait
 * @param timeoutMs generous by default: it only ends a test that hangs
 * @returns the first value that is neither `undefined` nor `false`
 * @throws WaitTimeoutError after the timeout, with the last error of `attempt` if there was one
 * @example await until('the row is replicated', async () => (await rows(standby)).length > 0);
 */
export async function until<T>(
  what: string,
  attempt: () => T | Promise<T>,
  timeoutMs = 90_000,
  { intervalMs, retryErrors = false }: UntilOptions = {},
): Promise<Found<T>> {
  let last: unknown;
  const value = await poll(
    async () => {
      try {
        return await attempt();
      } catch (error) {
        if (!retryErrors || error instanceof ProgramEndedError) throw error;
        last = error;
        return undefined;
      }
    },
    { timeoutMs, intervalMs },
  );
  if (value !== undefined) return value;
  const reason = last instanceof Error ? `: ${last.message}` : '.';
  const text = `Timed out after ${timeoutMs / 1_000} s waiting until ${what}${reason}`;
  throw new WaitTimeoutError(text, { cause: last });
}

/**
 * Waits for a promise that may stay pending.
 *
 * @returns whether `promise` settled within `timeoutMs`
 * @throws what the promise rejects with
 */
export async function settlesWithin(
  promise: Promise<unknown>,
  timeoutMs: number,
): Promise<boolean> {
  const abort = new AbortController();
  try {
    return await Promise.race([
      promise.then(() => true),
      sleep(timeoutMs, false, { signal: abort.signal }),
    ]);
  } finally {
    abort.abort();
  }
}

/**
 * Waits for work, or until the signal aborts. The work itself continues; the listener is removed
 * either way, because the signal may outlive many calls.
 *
 * @returns the work's result; `undefined` when the signal aborts first
 * @throws what the work throws
 */
export async function untilAborted<T>(
  signal: AbortSignal,
  work: Promise<T>,
): Promise<T | undefined> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => {
      resolve(undefined);
    };
  });
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** @returns a promise that stays pending, for an event that cannot occur */
export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
