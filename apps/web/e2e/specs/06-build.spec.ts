import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { distDir, webApp } from '../stack/folders';
import { expect, test } from '../support/test';

test('the files that browsers can load contain no secret', async () => {
  test.skip(process.env['E2E_MODE'] === 'dev', '`next dev` makes no build');
  const folder = join(webApp, distDir, 'static');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const scripts = files.filter(({ name }) => name.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(5);

  let publishableKeys = 0;
  for (const { name, parentPath } of files) {
    const text = await readFile(join(parentPath, name), 'latin1');
    publishableKeys += text.includes('pk_test_') ? 1 : 0;
    expect(text, name).not.toMatch(/sk_(test|live)_[A-Za-z0-9]|whsec_[A-Za-z0-9]|postgres:\/\//);
  }
  // Proves that variables are inlined: otherwise the absence of secrets means nothing.
  expect(publishableKeys).toBeGreaterThan(0);
});
