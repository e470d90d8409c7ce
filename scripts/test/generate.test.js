import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
let copy = '';

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'generate-'));
  for (const folder of ['packages/contracts/src', 'apps/api/src']) {
    cpSync(join(root, folder), join(copy, folder), { recursive: true });
  }
});
afterEach(() => {
  rmSync(copy, { recursive: true, force: true });
});

function generate(...names) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'scripts/generate.js'), 'feature', ...names],
    { cwd: copy, encoding: 'utf8' },
  );
  return { status, output: stdout + stderr };
}

test.each([
  ['a feature that exists', ['user'], 'users.endpoints.ts already exists'],
  ['the table of a feature', ['user-preference'], 'user-preferences.table.ts already exists'],
  ['a table of the module', ['user-event'], 'schema.ts already has “userEvents”'],
  ['the path of the metrics', ['metric'], 'metrics.module.ts already exists'],
  ['a path of the documentation', ['doc'], 'docs.controller.ts already exists'],
  ['a reserved word', ['clas', '--plural', 'class'], '“class” is a reserved word'],
  ['a reserved word in the singular', ['class', '--plural', 'classes'], '“class” is a reserved'],
  ['a global type that the code uses', ['promise'], 'the generated code uses “Promise”'],
  ['a class that the code uses', ['controller'], 'the generated code uses “Controller”'],
  ['a variable of the code', ['value'], 'the generated code uses “values”'],
  ['a name of the API’s own code', ['storage', '--plural', 'database'], 'uses “database”'],
  ['a name that PostgreSQL cuts', ['a'.repeat(50)], 'at most 40 characters'],
  ['capitals', ['Note'], '“Note” is not a name'],
  ['a digit in front', ['2fa-code'], '“2fa-code” is not a name'],
  ['an underscore', ['blog_post'], '“blog_post” is not a name'],
  ['one word for both numbers', ['sheep', '--plural', 'sheep'], 'The plural must differ'],
])('refuses %s, and changes nothing', (_what, names, reason) => {
  const { status, output } = generate(...names);
  expect(output).toContain(reason);
  expect(status).toBe(1);
  const endpoints = 'packages/contracts/src/endpoints.ts';
  expect(readFileSync(join(copy, endpoints), 'utf8')).toBe(
    readFileSync(join(root, endpoints), 'utf8'),
  );
});

test.each([
  ['hyphens and digits', ['step-2-item'], 'step-2-items'],
  ['another plural', ['category', '--plural', 'categories'], 'categories'],
])('generates a feature with %s', (_what, names, plural) => {
  const { status, output } = generate(...names);
  expect(output).toContain(`npm run db:generate -- --name ${plural.replaceAll('-', '_')}`);
  expect(status).toBe(0);
  expect(existsSync(join(copy, `apps/api/src/presentation/${plural}`))).toBe(true);
});
