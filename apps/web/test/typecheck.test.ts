import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { expect, it, onTestFinished } from 'vitest';

const webApp = join(import.meta.dirname, '..');

/** Folders that `next dev`, `next build` and the browser tests create. */
const generated = [
  'next-env.d.ts',
  '.next/types/validator.ts',
  '.next/dev/types/validator.ts',
  '.next/dev/types/routes.d.ts',
  '.next-other/types/validator.ts',
  '.local/e2e/next/types/validator.ts',
  '.local/e2e/next/dev/types/validator.ts',
];

it('`npm run typecheck` ignores generated types, which are stale after a change of routes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'populatte-typecheck-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  for (const file of ['tsconfig.json', 'tsconfig.check.json']) {
    cpSync(join(webApp, file), join(folder, file));
  }
  for (const file of [...generated, 'app/page.tsx', 'lib/cn.ts']) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), 'export {};\n');
  }

  const config: unknown = ts.readConfigFile(join(folder, 'tsconfig.check.json'), (path) =>
    ts.sys.readFile(path),
  ).config;
  const { fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, folder);

  expect(fileNames.map((file) => file.slice(folder.length + 1)).sort()).toEqual([
    'app/page.tsx',
    'lib/cn.ts',
  ]);
});
