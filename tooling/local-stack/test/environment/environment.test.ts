import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadEnvironment } from '../../src/environment/environment.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('environment variables override .env, and an empty value counts as unset in both', async () => {
  const root = await temporaryFolder();
  await writeFile(join(root, '.env'), 'A=file\nB=file\nC=\nD="  "\n# E=file\nF="a b"\n');
  const environment = await loadEnvironment(root, { A: 'outside', B: '', G: 'outside' });
  expect(environment).toEqual({ A: 'outside', B: 'file', F: 'a b', G: 'outside' });
});

test('a checkout needs no .env file', async () => {
  expect(await loadEnvironment(await temporaryFolder(), { A: 'outside' })).toEqual({
    A: 'outside',
  });
});

test('an .env that cannot be read stops the start instead of being ignored', async () => {
  const root = await temporaryFolder();
  await mkdir(join(root, '.env'));
  await expect(loadEnvironment(root, {})).rejects.toThrow(/\.env cannot be read \(EISDIR\)/);
});
