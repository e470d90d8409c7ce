import { describe, expect, test } from 'vitest';
import { mayRetry, readRetryAfter, retryDelay } from '../src/retry-policy.js';

describe('mayRetry', () => {
  test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('allows two retries of %s', (method) => {
    expect([0, 1, 2].map((retries) => mayRetry(method, retries))).toEqual([true, true, false]);
  });

  test.each(['POST', 'PATCH'])('allows no retry of %s', (method) => {
    expect(mayRetry(method, 0)).toBe(false);
    expect(mayRetry(method, 0, 503)).toBe(false);
  });

  test('allows a retry without a response, or after a transient status', () => {
    const statuses = [undefined, 200, 400, 401, 408, 429, 500, 501, 502, 503, 504, 505];
    expect(statuses.filter((status) => mayRetry('GET', 0, status))).toEqual([
      ...[undefined, 429, 502, 503, 504],
    ]);
  });
});

describe('readRetryAfter', () => {
  const date = 'Fri, 02 Jan 2026 03:04:05 GMT';

  test.each([
    ['seconds', '2', 2_000],
    ['seconds with white space', ' 2 ', 2_000],
    ['no seconds', '0', 0],
    ['many seconds', '3600', 3_600_000],
    ['a date', 'Fri, 02 Jan 2026 03:04:08 GMT', 3_000],
    ['a past date', 'Fri, 02 Jan 2026 03:04:04 GMT', 0],
    ['a date of RFC 850', 'Friday, 02-Jan-26 03:04:08 GMT', 3_000],
    ["a date of C's asctime()", 'Fri Jan  2 03:04:08 2026', 3_000],
    ['nonsense', 'soon', undefined],
    ['nothing', '', undefined],
    ['words with a number', 'soon 5', undefined],
    ['a date without its weekday', 'Jan 2 2026 03:04:08', undefined],
    ['two values', '3, 4', undefined],
    ['less than nothing', '-5', undefined],
    ['a fraction', '1.5', undefined],
    ['another unit', '5s', undefined],
    ['a number that is not decimal', '0x10', undefined],
    ['more seconds than timers support', '9999999999', 2 ** 31 - 1],
    ['more seconds than a number holds', '9'.repeat(400), 2 ** 31 - 1],
    ['a date far ahead', 'Fri, 31 Dec 9999 23:59:59 GMT', 2 ** 31 - 1],
  ])('reads %s (%j) as %s ms', (_what, value, expected) => {
    expect(readRetryAfter(new Headers({ 'retry-after': value, date }))).toBe(expected);
  });

  test('reads a missing header as undefined', () => {
    expect(readRetryAfter(new Headers())).toBeUndefined();
  });

  test("compares a date with the client's clock if the response has no Date", () => {
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    const ms = readRetryAfter(new Headers({ 'retry-after': inAMinute }));
    expect(ms).toBeGreaterThan(30_000);
    expect(ms).toBeLessThanOrEqual(60_000);
  });
});

describe('retryDelay', () => {
  test('backs off exponentially, with full jitter', () => {
    expect([0, 1, 2].map((retries) => retryDelay(retries, undefined, 0.5))).toEqual([
      ...[125, 250, 500],
    ]);
    expect(retryDelay(1, undefined, 0)).toBe(0);
  });

  test('adds jitter to Retry-After, which it caps at 5 s', () => {
    expect(retryDelay(1, 1_000, 0.5)).toBe(1_250);
    expect(retryDelay(0, 3_600_000, 0)).toBe(5_000);
    expect(retryDelay(0, Infinity, 0)).toBe(5_000);
  });
});
