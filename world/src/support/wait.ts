import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls until `attempt` gives a value.
 *
 * @param what is waited for, for the error
 * @throws Error after `timeoutMs`, with the last error of `attempt` if there was one
 */
export async function waitFor<T>(
  what: string,
  attempt: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 30_000,
  intervalMs = 25,
): Promise<T> {
  const giveUpAt = performance.now() + timeoutMs;
  let last = '';
  for (;;) {
    try {
      const value = await attempt();
      if (value !== undefined) return value;
    } catch (error) {
      if (error instanceof Stop) throw error;
      last = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (performance.now() > giveUpAt) {
      throw new Error(`not within ${timeoutMs / 1000} s: ${what}${last}`);
    }
    await sleep(intervalMs);
  }
}

/** Ends `waitFor` at once: what is waited for cannot happen any more. */
export class Stop extends Error {}
