import { Clock } from '../core/clock.js';

/** The machine's clocks. */
export class SystemClock extends Clock {
  override now(): number {
    return Date.now();
  }

  override monotonic(): number {
    return performance.now();
  }
}
