/**
 * Preloaded into the web server under test: on SIGUSR2 it collects garbage and writes the size of
 * the heap to stdout. Needs `--expose-gc`.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const rounds = 6;
const pauseMs = 300;

process.on('SIGUSR2', () => {
  void measure();
});

/** Several rounds: finalizers and timers of one round release objects that the next collects. */
async function measure() {
  for (let round = 0; round < rounds; round += 1) {
    globalThis.gc();
    await sleep(pauseMs);
  }
  const { heapUsed } = process.memoryUsage();
  process.stdout.write(`heap-probe ${heapUsed}\n`);
}
