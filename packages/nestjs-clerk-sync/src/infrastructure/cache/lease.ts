/** A point in time by both clocks, in milliseconds. */
export interface ClockReading {
  /** Never goes backwards; may stop while the machine sleeps. */
  readonly monotonic: number;
  /** Continues while the machine sleeps; may be set. */
  readonly wall: number;
}

/** Reads both clocks of the machine. */
function readClocks(): ClockReading {
  return { monotonic: performance.now(), wall: Date.now() };
}

/** @returns the earlier of two readings, by each clock */
export function earlier(one: ClockReading, other: ClockReading): ClockReading {
  return {
    monotonic: Math.min(one.monotonic, other.monotonic),
    wall: Math.min(one.wall, other.wall),
  };
}

const past: ClockReading = { monotonic: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY };

/**
 * Permission to rely on something for a limited time. It ends as soon as either clock reaches the
 * end, so neither a sleeping machine nor a clock that is set back extends it.
 */
export class Lease {
  private until = past;

  /**
   * @param lengthMs how long it lasts
   * @param clocks the machine's, except in tests
   */
  constructor(
    private readonly lengthMs: number,
    private readonly clocks: () => ClockReading = readClocks,
  ) {}

  /** Whether it was granted and has not expired. */
  get held(): boolean {
    const { monotonic, wall } = this.clocks();
    return monotonic < this.until.monotonic && wall < this.until.wall;
  }

  /** @returns the reading from which to grant the lease, once a query sent now has been answered */
  now(): ClockReading {
    return this.clocks();
  }

  /**
   * @param from when it starts, which may be in the past
   * @returns whether it is held now
   */
  grant(from: ClockReading): boolean {
    this.until = {
      monotonic: from.monotonic + this.lengthMs,
      wall: from.wall + this.lengthMs,
    };
    return this.held;
  }

  revoke(): void {
    this.until = past;
  }
}
