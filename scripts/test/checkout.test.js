import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { root } from './repository.js';

let copy = '';
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'populatte-checkout-'));
  for (const path of [
    ...['package.json', 'scripts', 'bench/bin', 'world/bin', 'tooling/local-stack/bin'],
    ...['apps/api/bin', 'apps/docs/bin', 'apps/docs/src', 'packages/contracts/src'],
    ...['apps/api/src', 'apps/web/features/home/figures.json'],
  ])
    cpSync(join(root, path), join(copy, path), { recursive: true });
  for (const path of ['docs/errors.md', 'apps/api/drizzle/0000_a.sql', 'packages/a/README.md']) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), '');
  }
});
afterEach(() => {
  chmodSync(copy, 0o755);
  rmSync(copy, { recursive: true, force: true });
});

function run(account, script, ...args) {
  const options = { ...account, cwd: copy, encoding: 'utf8', timeout: 60_000 };
  return spawnSync(process.execPath, [join(copy, script), ...args], options);
}

describe('without npm install', () => {
  test.each([
    ['tooling/local-stack/bin/start.js'],
    ['bench/bin/bench.js'],
    ['world/bin/world.js'],
    ['apps/docs/bin/docs.js', 'dev'],
    ['apps/docs/bin/docs.js', 'build'],
    ['apps/api/bin/generate-migration.js', '--name', 'add_notes'],
    ['scripts/generate.js', 'feature', 'note'],
    ['scripts/figures.js'],
    ['scripts/test.js'],
    ['scripts/test-one.js', 'a.test.ts'],
    ['scripts/steps.js', 'lint'],
  ])('%s says so in one line', (script, ...args) => {
    const { status, stderr } = run({ env: { PATH: '' } }, script, ...args);
    expect(stderr).toMatch(/^.+ Run: npm install\n$/);
    expect(status).toBe(1);
  });
});

/** Root may write everywhere. */
const reader = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const isRunnable = spawnSync(process.execPath, ['--version'], { ...reader, cwd: '/' }).status === 0;

describe.skipIf(!isRunnable)('a checkout that this user may not write to', () => {
  test.each([
    ['scripts/figures.js'],
    ['scripts/generate.js', 'feature', 'note'],
    ['apps/docs/bin/docs.js', 'dev'],
    ['apps/docs/bin/docs.js', 'build'],
  ])('%s names the file without a stack trace', (script, ...args) => {
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    spawnSync('chmod', ['-R', 'a-w,a+rX', copy]);
    const { status, stderr } = run(reader, script, ...args);
    spawnSync('chmod', ['-R', 'u+w', copy]);
    expect(stderr).toMatch(/^E[A-Z]+: .+ '.+'\. This command needs a checkout .+\n$/);
    expect(status).toBe(1);
  });
});
