/** 64 MiB, more than the last-level cache of most machines. */
const entries = 16 * 1024 * 1024;

const reads = 500_000;

/**
 * Measures dependent reads at random addresses, which neither the CPU's caches nor its prefetcher
 * can hide. On a shared machine this varies several times over, and the cost of a request with it,
 * so two runs with very different values cannot be compared.
 *
 * @returns the median over five turns, in nanoseconds per read
 */
export function memoryLatencyNanoseconds(): number {
  const next = singleCycle();
  const turns: number[] = [];
  let at = 0;
  for (let turn = 0; turn < 5; turn += 1) {
    const begin = performance.now();
    for (let read = 0; read < reads; read += 1) at = next[at] ?? 0;
    turns.push(((performance.now() - begin) * 1e6) / reads);
  }
  return turns.sort((a, b) => a - b)[2] ?? 0;
}

/**
 * A linear congruential generator (Hull and Dobell: full period) as a table: one cycle through all
 * entries, so a walk never repeats.
 */
function singleCycle(): Uint32Array {
  const next = new Uint32Array(entries);
  for (let index = 0; index < entries; index += 1) {
    next[index] = (Math.imul(index, 1_664_525) + 1_013_904_223) & (entries - 1);
  }
  return next;
}
