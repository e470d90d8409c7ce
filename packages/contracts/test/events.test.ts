import { expect, test } from 'vitest';
import { getUserEvents } from '../src/index.js';

const accepts = (cursor: string): boolean => getUserEvents.query.safeParse({ cursor }).success;

test.each(['0', '12', '9223372036854775807', '0000000000000000012'])(
  'the cursor %s is an event id',
  (cursor) => {
    expect(accepts(cursor)).toBe(true);
  },
);

test.each([
  '',
  '-1',
  '1.5',
  ' 1',
  '0x10',
  '9223372036854775808',
  '9999999999999999999',
  '1'.repeat(20),
])('the cursor “%s” is refused', (cursor) => {
  expect(accepts(cursor)).toBe(false);
});
