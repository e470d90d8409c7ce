const MAX_RETRIES = 2;
const BACK_OFF_MS = 250;
const MAX_RETRY_AFTER_MS = 5_000;

/** Whether a method may be retried: only where twice is the same as once (RFC 9110, 9.2.2). */
export function mayRetry(method: string, retries: number): boolean {
  return ['GET', 'HEAD', 'PUT', 'DELETE'].includes(method) && retries < MAX_RETRIES;
}

/**
 * @param retries how many there were already
 * @param retryAfter the header: seconds or a date (RFC 9110, 10.2.3); anything else is ignored
 * @returns milliseconds to wait: what the header asks for, 5 s at most, and on top of it exponential
 *   back-off with full jitter, so that the clients do not all come back at once
 */
export function retryDelay(
  retries: number,
  retryAfter: string | null,
  { now = Date.now(), random = Math.random() } = {},
): number {
  const seconds = Number(retryAfter);
  const asked = Number.isNaN(seconds) ? Date.parse(retryAfter ?? '') - now : seconds * 1_000;
  const bounded = asked > 0 ? Math.min(asked, MAX_RETRY_AFTER_MS) : 0;
  return bounded + random * BACK_OFF_MS * 2 ** retries;
}
