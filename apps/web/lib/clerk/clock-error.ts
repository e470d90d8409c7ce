/** The times of a session token, in seconds since the epoch. */
export interface TokenTimes {
  readonly iat: number;
  readonly exp: number;
}

/** Seconds by which the clocks of a browser and of Clerk usually differ. */
const usualDifferenceSeconds = 5;

/**
 * How far the browser's clock is ahead, in seconds; 0 unless the clock contradicts a new token: a token
 * that has just been created is valid, so a clock by which it is not must be wrong.
 *
 * @param now milliseconds since the epoch, by the browser's clock
 */
export function clockError({ iat, exp }: TokenTimes, now: number): number {
  const seconds = now / 1000;
  return seconds < iat - usualDifferenceSeconds || seconds > exp ? seconds - iat : 0;
}
