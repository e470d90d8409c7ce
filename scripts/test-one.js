#!/usr/bin/env node
/**
 * `npm run test:one -- FILE`: runs test files with Vitest or Playwright, in the workspace of the
 * files.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { requireDependencies } from './command.js';

const help = `Usage: npm run test:one -- FILE [OPTION…]

Runs one test file; options go to Vitest, or to Playwright for files in e2e/ of the web app.

  npm run test:one -- packages/nestjs-clerk-sync/test/core/profile.test.ts
  npm run test:one -- packages/contracts/test/wire.test.ts -t "part of the test's name"
  npm run test:one -- packages/contracts/test/wire.test.ts --watch

Integration tests need nothing else. Tests of the running API (apps/api/test/e2e) and of the web app
in a browser (apps/web/e2e) run what is built: run npm run build first.
`;

const [file, ...options] = process.argv.slice(2);
if (file === undefined || ['--help', '-h'].includes(file)) {
  if (file === undefined) fail('Name a test file.');
  process.stdout.write(help);
  process.exit(0);
}

requireDependencies(join(import.meta.dirname, '..'));

// npm changes to the repository's root, and names the folder in which it was started.
const path = [process.env.INIT_CWD ?? '.', '.']
  .map((start) => resolve(start, file))
  .find((candidate) => existsSync(candidate));
if (path === undefined) fail(`${file} does not exist.`);
const folder = workspaceOf(path);
const name = relative(folder, path);

// Vitest and Playwright search different folders, so a file belongs to exactly one of them.
const isPlaywright = name.startsWith('e2e/') && existsSync(join(folder, 'playwright.config.ts'));
const runner = isPlaywright
  ? ['playwright', 'test', name]
  : options.includes('--watch')
    ? ['vitest', name]
    : ['vitest', 'run', name];
const { status } = spawnSync('npx', ['--no-install', ...runner, ...options], {
  cwd: folder,
  // Overrides the selection of quick or slow tests, which would exclude the file.
  env: { ...process.env, TESTS: '' },
  stdio: 'inherit',
});
process.exit(status ?? 1);

/** The closest folder above the file with a Vitest configuration. */
function workspaceOf(path) {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const configs = ['vitest.config.ts', 'vitest.config.js'];
    if (configs.some((config) => existsSync(join(folder, config)))) return folder;
  }
  return fail(`${file} is in no workspace that has tests.`);
}

function fail(message) {
  process.stderr.write(`${message} npm run test:one -- --help shows examples.\n`);
  process.exit(2);
}
