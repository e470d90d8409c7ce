import { maxTimerMs } from './deadline.js';

const maxRetries = 2;
const backOffMs = 250;
const maxRetryAfterMs = 5_000;

/**
 * Transient statuses: too many requests, and those that gateways send while the API is unavailable.
 */
const transient = [429, 502, 503, 504];

/**
 * Whether a request may be retried: only with an idempotent method (RFC 9110, 9.2.2).
 *
 * @param retries how often it was already retried
 * @param status of the response; undefined if there was none
 */
export function mayRetry(method: string, retries: number, status?: number): boolean {
  return (
    ['GET', 'HEAD', 'PUT', 'DELETE'].includes(method) &&
    retries < maxRetries &&
    (status === undefined || transient.includes(status))
  );
}

/**
 * Reads Retry-After: seconds or a date (RFC 9110, 10.2.3). A date is compared with the response's
 * own `Date` if it has one, because the client's clock may be wrong.
 *
 * @returns milliseconds, at most what timers support; undefined if the header is missing or malformed
 */
export function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1_000, maxTimerMs);
  // Dates begin with a weekday; engines also parse "-5" or "soon 5" as dates. All are in GMT.
  const isDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/i.test(value);
  const at = isDate ? Date.parse(`${value.replace(/ GMT$/, '')} GMT`) : NaN;
  if (Number.isNaN(at)) return undefined;
  const now = Date.parse(headers.get('date') ?? '') || Date.now();
  return Math.min(Math.max(0, at - now), maxTimerMs);
}

/**
 * @param retries how often the request was already retried
 * @param retryAfterMs the wait that the response requests
 * @returns milliseconds to wait: the time that the response asks for, up to 5 s, plus exponential
 *   back-off with full jitter, so that clients do not all retry at once
 */
export function retryDelay(retries: number, retryAfterMs = 0, random = Math.random()): number {
  return Math.min(retryAfterMs, maxRetryAfterMs) + random * backOffMs * 2 ** retries;
}
