import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Keeps all that it makes, and tells whether it came to make something that was old from the start. */
const makesOldOnes = `
  const pair = (one, other) => [one, other];
  const kept = [];
  let old = false;
  while (!old && kept.length < 3_000_000) {
    const made = pair(kept, old);
    old = !%InYoungGeneration(made);
    kept.push(made);
  }
  process.stdout.write(String(old));`;

const asItEnds = `data:text/javascript,${encodeURIComponent(`process.on('exit', () => {${makesOldOnes}});`)}`;

/** What a program's process tells as it ends; in one thread, where V8 decides at the same point every time. */
function toldBy(...program: string[]): string {
  const flags = ['--single-threaded', '--allow-natives-syntax', '--import', asItEnds];
  // Without its variables the API ends at once, in good order.
  return spawnSync(process.execPath, [...flags, ...program], { encoding: 'utf8', env: {} }).stdout;
}

test('what V8 by itself makes old from the start is young in the API', () => {
  expect(toldBy('--eval', '')).toBe('true');
  expect(toldBy(fileURLToPath(new URL('../../dist/main.js', import.meta.url)))).toBe('false');
});
