import { expect, test } from 'vitest';
import { SeenIds } from '../../../src/core/reconcile/seen-ids.js';

test('remembers exactly the 200,000 added ids', () => {
  const seen = new SeenIds();
  const id = (number: number): string => `user_${number.toString(36).padStart(27, '0')}`;
  for (let number = 0; number < 200_000; number += 1) {
    if (!seen.add(id(number))) throw new Error(`${id(number)} was taken as known.`);
  }
  for (let number = 0; number < 200_000; number += 1) {
    if (!seen.has(id(number))) throw new Error(`${id(number)} is forgotten.`);
    if (seen.has(id(number + 200_000))) throw new Error(`${id(number + 200_000)} was not added.`);
  }
  expect(seen.add(id(7))).toBe(false);
});

test('keeps its ids and accepts no further ones once half of its slots are used', () => {
  const seen = new SeenIds(4, 8);
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const full = ids.map((id) => [seen.isFull, seen.add(id)]);
  expect(full).toEqual([...Array.from({ length: 4 }, () => [false, true]), [true, false]]);
  expect(ids.map((id) => seen.has(id))).toEqual([true, true, true, true, false]);
});
