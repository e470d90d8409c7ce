import type { TokenTimes } from '@/lib/clerk/clock-error';

/**
 * The lifetime of a token and the rest of it, in seconds. No token has more than its whole lifetime
 * left, although the browser's clock may be seconds behind Clerk's.
 *
 * @param now milliseconds since the epoch, by the browser's clock
 * @param error of that clock, when the token was first seen
 */
export function tokenLife(
  { iat, exp }: TokenTimes,
  now: number,
  error: number,
): { readonly lifetime: number; readonly left: number } {
  const lifetime = exp - iat;
  const left = Math.ceil(exp + error - now / 1000);
  return { lifetime, left: Math.min(Math.max(0, left), lifetime) };
}
