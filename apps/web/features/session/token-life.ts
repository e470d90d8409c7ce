interface Claims {
  readonly iat: number;
  readonly exp: number;
}

/** Seconds by which the clocks of a browser and of Clerk usually differ. */
const USUAL_DIFFERENCE_S = 5;

/**
 * How far the browser's clock is ahead, in seconds, as far as a token tells when it is first seen: a
 * new token is valid, so a clock by which it is not is wrong. Otherwise 0.
 *
 * @param now milliseconds since the epoch, by the browser's clock
 */
export function clockError({ iat, exp }: Claims, now: number): number {
  const seconds = now / 1000;
  return seconds < iat - USUAL_DIFFERENCE_S || seconds > exp ? seconds - iat : 0;
}

/**
 * How long a token is valid in total, and how long from now on, in seconds. No token has more than
 * its whole lifetime left, although the browser's clock may be seconds behind the one of Clerk.
 *
 * @param now milliseconds since the epoch, by the browser's clock
 * @param error of that clock, when the token was first seen
 */
export function tokenLife(
  { iat, exp }: Claims,
  now: number,
  error: number,
): { readonly lifetime: number; readonly left: number } {
  const lifetime = exp - iat;
  const left = Math.ceil(exp + error - now / 1000);
  return { lifetime, left: Math.min(Math.max(0, left), lifetime) };
}
