/** A point in time by both clocks, in milliseconds. */
export interface Moment {
  /** Never goes backwards; may stop while the machine sleeps. */
  readonly monotonic: number;
  /** Continues while the machine sleeps; may be set. */
  readonly wall: number;
}

/** @returns now, by the machine's clocks */
export function machineMoment(): Moment {
  return { monotonic: performance.now(), wall: Date.now() };
}

/** @returns the earlier of two moments, by each clock */
export function earlier(one: Moment, other: Moment): Moment {
  return {
    monotonic: Math.min(one.monotonic, other.monotonic),
    wall: Math.min(one.wall, other.wall),
  };
}

const past: Moment = { monotonic: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY };

/**
 * Permission to rely on something for a limited time. It ends as soon as either clock reaches the
 * end, so neither a sleeping machine nor a clock that is set back extends it.
 */
export class Lease {
  private until = past;

  /**
   * @param lengthMs how long it lasts
   * @param now the clocks
   */
  constructor(
    private readonly lengthMs: number,
    private readonly now: () => Moment = machineMoment,
  ) {}

  /** Whether it was granted and has not expired. */
  get held(): boolean {
    const { monotonic, wall } = this.now();
    return monotonic < this.until.monotonic && wall < this.until.wall;
  }

  /** @returns the moment from which to grant the lease, once a query sent now has been answered */
  moment(): Moment {
    return this.now();
  }

  /**
   * @param from when it starts, which may be in the past
   * @returns whether it is held now
   */
  grant(from: Moment): boolean {
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
