import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InFlight } from '../../src/core/in-flight.js';

describe('InFlight', () => {
  test('behaves like a list of pairs under random additions and removals', () => {
    // Few values, and keys that share their last characters, so that lists have several entries.
    const key = fc.constantFrom(
      '',
      'a',
      'b',
      'user_1',
      'xuser_1',
      'x'.repeat(500),
      'y'.repeat(500),
    );
    const step = fc.record({ key, value: fc.nat(3), isAdded: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const inFlight = new InFlight<number>();
        let pairs: { key: string; value: number }[] = [];
        for (const { key: own, value, isAdded } of steps) {
          if (isAdded) {
            inFlight.add(own, value);
            pairs.push({ key: own, value });
          } else {
            inFlight.remove(own, value);
            const index = pairs.findIndex((pair) => pair.key === own && pair.value === value);
            pairs = pairs.filter((_, at) => at !== index);
          }
          const expected = pairs.filter((pair) => pair.key === own).map((pair) => pair.value);
          const found: number[] = [];
          inFlight.forEach(own, (each) => found.push(each));
          expect(found.sort()).toEqual(expected.sort());
          expect(inFlight.find(own) === undefined).toBe(expected.length === 0);
          expect(inFlight.find(own, (each) => each === 3) === 3).toBe(expected.includes(3));
        }
        const all: number[] = [];
        inFlight.forEach(undefined, (each) => all.push(each));
        expect(all.sort()).toEqual(pairs.map(({ value }) => value).sort());
      }),
    );
  });
});
