import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, resolveConfig } from 'prettier';
import { expect, onTestFinished, test } from 'vitest';
import { root } from './repository.js';

test('npm run figures leaves formatted documents', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'populatte-figures-'));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  for (const path of [
    ...['package.json', '.prettierrc.json', 'README.md', 'docs', 'bench/results'],
    ...['scripts/figures.js', 'scripts/command.js', 'apps/web/features/home/figures.json'],
  ])
    cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

  const { stdout, stderr } = spawnSync(process.execPath, [join(copy, 'scripts/figures.js')], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const documents = [...stdout.matchAll(/^written .* into (\S+\.md)$/gm)].map(([, path]) => path);
  expect(documents).toContain('docs/scaling.md');
  for (const path of documents) {
    const filepath = join(copy, path);
    const options = { ...(await resolveConfig(join(root, path))), filepath };
    expect(await check(readFileSync(filepath, 'utf8'), options), path).toBe(true);
  }
});
