/**
 * How long a token is valid in total, and how long from now on, in seconds. The browser's clock may
 * be minutes behind the one of Clerk, but no token has more than its whole lifetime left.
 *
 * @param now milliseconds since the epoch
 */
export function tokenLife(
  { iat, exp }: { readonly iat: number; readonly exp: number },
  now: number,
): { readonly lifetime: number; readonly left: number } {
  const lifetime = exp - iat;
  const left = Math.ceil(exp - now / 1000);
  return { lifetime, left: Math.min(Math.max(0, left), lifetime) };
}
