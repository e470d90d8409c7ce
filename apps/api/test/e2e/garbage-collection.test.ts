import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Retains all objects that it allocates and prints whether V8 ever allocated one in old space. */
const allocationProbe = `
  const pair = (one, other) => [one, other];
  const kept = [];
  let old = false;
  while (!old && kept.length < 3_000_000) {
    const made = pair(kept, old);
    old = !%InYoungGeneration(made);
    kept.push(made);
  }
  process.stdout.write(String(old));`;

const onExit = `data:text/javascript,${encodeURIComponent(`process.on('exit', () => {${allocationProbe}});`)}`;

/**
 * @returns what the process prints when it exits; on a single thread, so that V8 decides
 *   deterministically
 */
function printedBy(...program: string[]): string {
  const flags = ['--single-threaded', '--allow-natives-syntax', '--import', onExit];
  // Without variables, the API exits immediately.
  return spawnSync(process.execPath, [...flags, ...program], { encoding: 'utf8', env: {} }).stdout;
}

test('the API disables V8’s pretenuring, which is on by default', () => {
  expect(printedBy('--eval', '')).toBe('true');
  expect(printedBy(fileURLToPath(new URL('../../dist/main.js', import.meta.url)))).toBe('false');
});
