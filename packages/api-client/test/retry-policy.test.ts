import { describe, expect, test } from 'vitest';
import { mayRetry, retryDelay } from '../src/retry-policy.js';

const now = Date.parse('2026-01-02T03:04:05Z');
const noJitter = { now, random: 0 };

describe('mayRetry', () => {
  test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('%s is retried twice, and no more', (method) => {
    expect([0, 1, 2].map((retries) => mayRetry(method, retries))).toEqual([true, true, false]);
  });

  test.each(['POST', 'PATCH'])('%s is never retried', (method) => {
    expect(mayRetry(method, 0)).toBe(false);
  });
});

describe('retryDelay', () => {
  test('backs off exponentially, with full jitter', () => {
    const half = { now, random: 0.5 };
    expect([0, 1, 2].map((retries) => retryDelay(retries, null, half))).toEqual([125, 250, 500]);
    expect(retryDelay(1, null, noJitter)).toBe(0);
  });

  test.each([
    ['seconds', '2', 2_000],
    ['seconds with white space', ' 2 ', 2_000],
    ['a date', 'Fri, 02 Jan 2026 03:04:08 GMT', 3_000],
    ['a date that is over', 'Fri, 02 Jan 2026 03:04:04 GMT', 0],
    ['more seconds than the bound', '3600', 5_000],
    ['a date after the bound', 'Sat, 03 Jan 2026 03:04:05 GMT', 5_000],
    ['nonsense', 'soon', 0],
    ['nothing', '', 0],
    ['less than nothing', '-5', 0],
  ])('Retry-After with %s (%j) waits %i ms', (_what, value, delay) => {
    expect(retryDelay(0, value, noJitter)).toBe(delay);
  });

  test('jitter is added to Retry-After, never taken off', () => {
    expect(retryDelay(1, '1', { now, random: 0.5 })).toBe(1_250);
  });
});
