import { describe, expect, test } from 'vitest';
import { retryAfterMs } from '../../../src/infrastructure/clerk/clerk-http.js';

const now = Date.UTC(2026, 0, 2, 3, 4, 5);

/** The result for a header, on a machine whose clock says `now`. */
const read = (header: string, others: Record<string, string> = {}): number =>
  retryAfterMs(new Headers({ 'retry-after': header, ...others }), now);

describe('retryAfterMs', () => {
  test.each([
    ['0', 0],
    ['1', 1_000],
    [' 30 ', 30_000],
    ['86400', 86_400_000],
    ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
    ['Fri, 02 Jan 2026 03:04:00 GMT', 0],
  ])('reads %j', (header, expected) => {
    expect(read(header)).toBe(expected);
  });

  test.each(['', 'soon', '-5', '1.5', 'in 5', '9999999999999', '1e9'])(
    'returns one second for the header %j',
    (header) => {
      expect(read(header)).toBe(1_000);
    },
  );

  test('returns one second without the header', () => {
    expect(retryAfterMs(new Headers(), now)).toBe(1_000);
  });

  test('measures a date from the server’s own clock, since this machine’s may be hours off', () => {
    const date = 'Thu, 01 Jan 2026 20:00:00 GMT';
    expect(read('Thu, 01 Jan 2026 20:00:30 GMT', { date })).toBe(30_000);
    expect(read('30', { date })).toBe(30_000);
    expect(read('Fri, 02 Jan 2026 03:04:15 GMT', { date: 'now' })).toBe(10_000);
  });
});
