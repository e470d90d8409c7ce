import type { Clock } from './clock.js';

/** Limits repeated reports, such as those of an outage, to one per minute and key. */
export class OncePerMinute {
  private readonly reportedAt = new Map<string, number>();

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  /** @returns whether to report it now; the next minute begins */
  isDue(key = ''): boolean {
    const now = this.clock.monotonic();
    if (now - (this.reportedAt.get(key) ?? Number.NEGATIVE_INFINITY) < 60_000) return false;
    this.reportedAt.set(key, now);
    return true;
  }
}
