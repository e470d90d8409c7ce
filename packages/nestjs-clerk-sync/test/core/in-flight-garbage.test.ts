import { PerformanceObserver, constants } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { expect, test } from 'vitest';
import { InFlight } from '../../src/core/in-flight.js';

/** About 40 kB of objects. */
function aLoad(index: number): object {
  return Array.from({ length: 300 }, (_, at) => ({ index, at, pair: [index, at] }));
}

/** @returns the number of full collections while 8,000 values are in flight, 64 at a time */
async function fullCollections(entries: InFlight<object>): Promise<number> {
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if ('detail' in entry && isFull(entry.detail)) count += 1;
  });
  observer.observe({ entryTypes: ['gc'] });
  const inFlight: [string, object][] = [];
  for (let index = 0; index < 8_000; index += 1) {
    const entry: [string, object] = [`user_${index}`, aLoad(index)];
    entries.add(...entry);
    inFlight.push(entry);
    const oldest = inFlight.length > 64 ? inFlight.shift() : undefined;
    if (oldest !== undefined) entries.remove(...oldest);
    if (index % 100 === 0) await new Promise(setImmediate);
  }
  await new Promise((resolve) => setTimeout(resolve, 10));
  observer.disconnect();
  return count;
}

function isFull(detail: unknown): boolean {
  return (
    typeof detail === 'object' &&
    detail !== null &&
    'kind' in detail &&
    detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR
  );
}

test('removed entries are freed without a full garbage collection', async () => {
  // As in the API (ADR 8): pretenured objects count as old regardless of what refers to them.
  setFlagsFromString('--no-allocation-site-pretenuring');
  // A Map would cause more than five on Node 20.
  expect(await fullCollections(new InFlight<object>())).toBeLessThan(3);
});
