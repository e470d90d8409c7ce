import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { beforeAll, expect, it } from 'vitest';
import { allocateYoung } from '../../src/garbage-collection.js';

/** Makes up to ten million pairs, each of which is kept for a while, until one is old from the start. */
const makesOldOnes = `(() => {
  const pair = (one, other) => [one, other];
  const kept = new Array(500_000);
  for (let index = 0; index < 10_000_000; index += 1) {
    const made = pair(kept, index);
    if (!%InYoungGeneration(made)) return true;
    kept[index % kept.length] = made;
  }
  return false;
})()`;

beforeAll(() => {
  setFlagsFromString('--allow-natives-syntax');
});

it('an object is young, also where those made before it have survived', () => {
  expect(runInThisContext(makesOldOnes), 'what V8 does by itself').toBe(true);
  allocateYoung();
  expect(runInThisContext(makesOldOnes)).toBe(false);
});
