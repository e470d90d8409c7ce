/** The clock; a port, so that tests can control time. */
export abstract class Clock {
  /**
   * Wall-clock time, which an operator or NTP may change at any moment. For values that people and
   * protocols see: `exp`, versions, HTTP dates.
   *
   * @returns milliseconds since the epoch
   */
  abstract now(): number;

  /**
   * Time that never goes backwards. For durations: intervals, deadlines, maximum ages.
   *
   * @returns milliseconds since an arbitrary origin
   */
  abstract monotonic(): number;
}

/** The machine's clocks. */
export class SystemClock extends Clock {
  override now(): number {
    return Date.now();
  }

  override monotonic(): number {
    return performance.now();
  }
}
