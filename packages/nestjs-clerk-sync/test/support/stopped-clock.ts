import { Clock } from '../../src/core/clock.js';

/** A clock that moves only when a test moves it. */
export class StoppedClock extends Clock {
  private elapsed = 0;

  /** @param wall milliseconds since the epoch */
  constructor(private wall: number = Date.UTC(2026, 0, 15, 12)) {
    super();
  }

  override now(): number {
    return this.wall;
  }

  override monotonic(): number {
    return this.elapsed;
  }

  /** Lets time pass, on both clocks. */
  advance(milliseconds: number): void {
    if (milliseconds < 0) throw new RangeError('Time does not go back. Use set().');
    this.wall += milliseconds;
    this.elapsed += milliseconds;
  }

  /**
   * Sets the machine's clock, as an operator or NTP does. No time passes.
   *
   * @param wall milliseconds since the epoch
   */
  set(wall: number): void {
    this.wall = wall;
  }
}
