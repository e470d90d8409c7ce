import { Clock } from '../../src/core/clock.js';

/** A clock that moves only when a test moves it. */
export class StoppedClock extends Clock {
  /** @param at milliseconds since the epoch */
  constructor(private at: number = Date.UTC(2026, 0, 15, 12)) {
    super();
  }

  override now(): number {
    return this.at;
  }

  advance(milliseconds: number): void {
    this.at += milliseconds;
  }

  /** @param at milliseconds since the epoch */
  set(at: number): void {
    this.at = at;
  }
}
