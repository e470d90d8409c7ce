import { setTimeout as sleep } from 'node:timers/promises';

const pauseMs = 20;

/**
 * Waits for something to be so, instead of for a time.
 *
 * @param what for the error, when it never is
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 90_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error(`Waited ${withinMs} ms in vain until ${what}.`);
    await sleep(pauseMs);
  }
}
