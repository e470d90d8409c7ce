import { expect, test } from 'vitest';
import { tokenLife } from '@/features/session/token-life';

const token = { iat: 1_000, exp: 1_060 };

test.each([
  { clock: 'right', now: 1_010.5, left: 50 },
  { clock: '5 minutes behind', now: 700, left: 60 },
  { clock: '5 minutes ahead', now: 1_300, left: 0 },
])('a browser whose clock is $clock shows $left seconds left', ({ now, left }) => {
  expect(tokenLife(token, now * 1000)).toEqual({ lifetime: 60, left });
});
