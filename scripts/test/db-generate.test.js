import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from './repository.js';

const program = 'apps/api/bin/generate-migration.js';
let copy;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'populatte-migration-'));
  for (const path of [program, 'scripts/command.js', 'package.json', 'apps/api/package.json'])
    cpSync(join(root, path), join(copy, path));
  mkdirSync(join(copy, 'apps/api/drizzle'));
  mkdirSync(join(copy, 'node_modules/drizzle-kit'), { recursive: true });
  writeFileSync(join(copy, 'node_modules/drizzle-kit/index.js'), '');
});
afterAll(() => rmSync(copy, { recursive: true }));

/** Runs the command with a drizzle-kit that executes this code. */
function generate(code) {
  writeFileSync(join(copy, 'node_modules/drizzle-kit/bin.cjs'), code);
  return spawnSync(process.execPath, [join(copy, program), '--name', 'add_notes'], {
    encoding: 'utf8',
  });
}

test('npm run db:generate fails if drizzle-kit generates nothing, although that exits with 0', () => {
  const { status, stderr } = generate(`console.error('Error: EROFS')`);
  expect(stderr).toBe('Error: EROFS\nNo migration was generated.\n');
  expect(status).toBe(1);
});

test('npm run db:generate completes the migration', () => {
  const { status, stdout } = generate(
    `require('fs').writeFileSync('drizzle/0000_add_notes.sql', 'ALTER TABLE "public"."notes";')`,
  );
  expect(stdout).toContain('Review apps/api/drizzle/0000_add_notes.sql');
  expect(readFileSync(join(copy, 'apps/api/drizzle/0000_add_notes.sql'), 'utf8')).toBe(
    'ALTER TABLE "notes";\n',
  );
  expect(status).toBe(0);
});
