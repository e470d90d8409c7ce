import { expect, test } from 'vitest';
import { tokenLife } from '@/features/session/token-life';
import { clockError } from '@/lib/clerk/clock-error';

const token = { iat: 1_000, exp: 1_060 };
const yearSeconds = 31_557_600;

test.each([
  { clock: 'right', ahead: 0 },
  { clock: 'a few seconds behind', ahead: -3 },
  { clock: '5 minutes behind', ahead: -300 },
  { clock: '5 minutes ahead', ahead: 300 },
  { clock: 'a year behind', ahead: -yearSeconds },
  { clock: 'a year ahead', ahead: yearSeconds },
])('a browser whose clock is $clock counts a new token down', ({ ahead }) => {
  const firstSeen = (token.iat + ahead + 0.5) * 1000;
  const error = clockError(token, firstSeen);
  const leftAfter = (seconds: number): number =>
    tokenLife(token, firstSeen + seconds * 1000, error).left;
  for (const [seconds, left] of [
    [0, 60],
    [20, 40],
    [70, 0],
  ] as const) {
    expect(Math.abs(leftAfter(seconds) - left)).toBeLessThanOrEqual(3);
  }
  expect(tokenLife(token, firstSeen, error).lifetime).toBe(60);
});

test('a token that was valid when it was first seen has nothing left after a sleep', () => {
  const error = clockError(token, 1_010_000);
  expect(error).toBe(0);
  expect(tokenLife(token, 9_000_000, error).left).toBe(0);
});
