import { describe, expect, test } from 'vitest';
import { retryAfterMs } from '../../../src/infrastructure/clerk/clerk-http.js';

const now = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('retryAfterMs', () => {
  test.each([
    ['0', 0],
    ['1', 1_000],
    [' 30 ', 30_000],
    ['86400', 86_400_000],
    ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
    ['Fri, 02 Jan 2026 03:04:00 GMT', 0],
  ])('reads %j', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });

  test.each([null, '', 'soon', '-5', '1.5', 'in 5', '9999999999999', '1e9'])(
    'returns one second for the header %j',
    (header) => {
      expect(retryAfterMs(header, now)).toBe(1_000);
    },
  );
});
