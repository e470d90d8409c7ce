interface Claims {
  readonly iat: number;
  readonly exp: number;
}

/** Seconds by which the clocks of a browser and of Clerk usually differ. */
const USUAL_DIFFERENCE_S = 5;

/**
 * How far the browser's clock is ahead, in seconds; 0 unless the clock contradicts a new token: a token
 * that has just been created is valid, so a clock by which it is not must be wrong.
 *
 * @param now milliseconds since the epoch, by the browser's clock
 */
export function clockError({ iat, exp }: Claims, now: number): number {
  const seconds = now / 1000;
  return seconds < iat - USUAL_DIFFERENCE_S || seconds > exp ? seconds - iat : 0;
}

/**
 * The lifetime of a token and the rest of it, in seconds. No token has more than its whole lifetime
 * left, although the browser's clock may be seconds behind Clerk's.
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
