/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3).
 *
 * @param header seconds, or an HTTP date; null where there is none
 * @param now milliseconds since the epoch
 * @returns milliseconds to wait, 1 s where the header says nothing readable
 */
export function retryAfterMs(header: string | null, now: number): number {
  const fallback = 1_000;
  if (header === null) return fallback;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  // `Date.parse` finds a date in any number; those of HTTP end so (RFC 9110, 5.6.7).
  const date = header.trim().endsWith(' GMT') ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? fallback : Math.max(0, date - now);
}
