import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until there is an answer or the time is up.
 *
 * @param ask answers `undefined` for "not yet"; what it throws ends the wait
 * @param limits `timeoutMs` for all of it, `intervalMs` between two questions (default 25)
 * @returns the answer, or `undefined` when the time is up
 */
export async function poll<T>(
  ask: () => T | undefined | Promise<T | undefined>,
  { timeoutMs, intervalMs = 25 }: { timeoutMs: number; intervalMs?: number },
): Promise<T | undefined> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || performance.now() >= end) return answer;
    await sleep(intervalMs);
  }
}

/**
 * Waits for something that may never come.
 *
 * @returns whether `promise` settled within `timeoutMs`; what it rejects with is passed on
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
