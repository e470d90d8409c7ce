import { setImmediate } from 'node:timers/promises';
import { StoppedClock } from '../../support/stopped-clock.js';

/** Longer than any of these tests takes in simulated time. */
const longest = 60 * 60 * 1000;

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Time passes only while everything sleeps: it then jumps to the end of the shortest sleep. */
export class VirtualTime extends StoppedClock {
  private readonly sleepers: Sleeper[] = [];

  readonly sleep = (milliseconds: number): Promise<void> =>
    new Promise((wake) => {
      this.sleepers.push({ at: this.monotonic() + milliseconds, wake });
    });

  /**
   * Lets time pass until the work is done.
   *
   * @throws Error if the work waits for something that no sleep ends
   */
  async until<T>(work: Promise<T>): Promise<T> {
    const ended = work.then((value) => ({ value }));
    for (;;) {
      const outcome = await Promise.race([ended, setImmediate(null)]);
      if (outcome !== null) return outcome.value;
      this.wakeNext();
    }
  }

  private wakeNext(): void {
    const at = Math.min(...this.sleepers.map((sleeper) => sleeper.at));
    if (at > longest) throw new Error('The work sleeps for too long, or waits for nothing.');
    this.advance(at - this.monotonic());
    const index = this.sleepers.findIndex((sleeper) => sleeper.at === at);
    for (const { wake } of this.sleepers.splice(index, 1)) wake();
  }
}
