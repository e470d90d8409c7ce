import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('npm test -- --help lists each option on its own line', () => {
  const script = join(import.meta.dirname, '../test.js');
  const { stdout } = spawnSync(process.execPath, [script, '--help'], { encoding: 'utf8' });
  expect(stdout.match(/^ {2}--\w+/gm)).toEqual(['  --all', '  --force', '  --help']);
});
