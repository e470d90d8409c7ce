import { setTimeout as sleep } from 'node:timers/promises';
import { ClerkLocalError } from '../errors/clerk-local-error.js';

const POLL_MS = 5;

export interface DrainState {
  /** How many messages are not delivered yet. */
  readonly waiting: () => number;
  readonly paused: () => boolean;
}

/**
 * Resolves when nothing waits.
 *
 * @throws {ClerkLocalError} `drain_timeout`; at once where a pause holds them back
 */
export async function drained(state: DrainState, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (state.waiting() > 0) {
    if (state.paused()) {
      throw timeout(state.waiting(), 'are held by a pause', 'Call resume() or flush() first.');
    }
    if (performance.now() >= deadline) {
      throw timeout(
        state.waiting(),
        `are not delivered after ${timeoutMs} ms`,
        'See deliveries() for what the endpoint answered.',
      );
    }
    await sleep(POLL_MS);
  }
}

function timeout(count: number, state: string, action: string): ClerkLocalError {
  return new ClerkLocalError('drain_timeout', `${count} webhooks ${state}.`, action);
}
