import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const module = join(import.meta.dirname, '../command.js');

/** Turborepo exits with 0 after Ctrl-C, as this script does. */
const turbo = "#!/bin/sh\ntrap 'exit 0' INT TERM\necho building\nwhile :; do sleep 0.1; done\n";

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])('a build that %s interrupts ends with exit code %i', async (signal, code) => {
  const root = mkdtempSync(join(tmpdir(), 'build-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
  writeFileSync(join(root, 'node_modules/.bin/turbo'), turbo, { mode: 0o755 });
  const program = `import { build } from ${JSON.stringify(module)};
    process.exit(await build(${JSON.stringify(root)}, []));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.includes('building')) break;
  }
  child.kill(signal);
  expect(await ended).toEqual([code, null]);
});
