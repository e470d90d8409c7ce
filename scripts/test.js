#!/usr/bin/env node
/**
 * `npm test`: runs the checks and the quick tests in sequence, and prints the total number of
 * passed tests. `npm run test:all` adds the slow ones.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseOptions, requireDependencies, withoutTelemetry } from './command.js';
import { failedLogs } from './failed-logs.js';
import { countTests, failedTests, flakyTests } from './reports.js';
import { workspaceFolders } from './workspaces.js';

const help = `Usage: npm test [-- OPTION…]
       npm run test:all [-- OPTION…]

Checks formatting, dead code, lint rules and types, then runs the quick tests.
npm run test:all then runs the slow ones: in a browser, with faults, of packed packages.

  --all     also run the slow tests
  --force   do not reuse cached results
  --retry   run a failed test once more, and list it as flaky if it then passes
  --help    this text
`;

const root = join(import.meta.dirname, '..');
const flag = { type: 'boolean', default: false };
const options = parseOptions({ all: flag, force: flag, retry: flag }, help);
requireDependencies(root);

const env = { ...process.env, ...withoutTelemetry, TEST_RETRIES: options.retry ? '1' : '0' };

const { all } = options;
const force = options.force ? ['--force'] : [];
const turbo = ['turbo', 'run', '--output-logs=new-only', '--continue', ...force];

const reporters = [
  '--reporter=default',
  '--reporter=json',
  '--outputFile.json=test-results/vitest.json',
];

/**
 * Tests run one suite at a time, because they start databases, APIs and browsers, perhaps on only
 * two cores.
 */
const steps = [
  { name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'] },
  { name: 'lint of scripts', command: ['eslint', '.'] },
  { name: 'lint and types', command: [...turbo, '--concurrency=2', 'lint', 'typecheck'] },
  { name: 'dead code', command: ['knip'] },
  { name: 'repository', command: ['vitest', 'run', '--root', 'scripts', ...reporters] },
  { name: 'quick tests', command: [...turbo, '--concurrency=1', 'test'] },
  ...(all ? [{ name: 'slow tests', command: [...turbo, '--concurrency=1', 'test:slow'] }] : []),
];

const reports = [join(root, 'scripts'), ...workspaceFolders(root)].flatMap((folder) => [
  join(folder, 'test-results', 'vitest.json'),
  join(folder, 'test-results', 'vitest-slow.json'),
  join(folder, 'test-results', 'playwright.json'),
  join(folder, 'test-results', 'world.json'),
]);
for (const report of reports) rmSync(report, { force: true });

const failedSteps = [];
const logs = [];
for (const { name, command } of steps) {
  const startedAt = Date.now();
  process.stdout.write(`\n▶ ${name}\n`);
  const { status } = spawnSync('npx', ['--no-install', ...command], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
  process.stdout.write(`${status === 0 ? '✔' : '✘'} ${name} (${seconds} s)\n`);
  if (status !== 0) {
    failedSteps.push(name);
    logs.push(...failedLogs(root, startedAt));
  }
}

const total = { passed: 0, failed: 0, skipped: 0 };
for (const report of reports.filter((file) => existsSync(file))) {
  const content = JSON.parse(readFileSync(report, 'utf8'));
  for (const test of flakyTests(content, root)) process.stdout.write(`\nFlaky: ${test}\n`);
  for (const test of failedTests(content, root)) process.stdout.write(`\nFailed: ${test}\n`);
  const counts = countTests(content);
  for (const key of Object.keys(total)) total[key] += counts[key];
}
// Only the log shows an error that no test waited for, such as that of an idle connection.
if (total.failed === 0) process.stdout.write(logs.join('\n'));
// A step that failed without a failed test (a lint error, a crash) counts as one.
const failed = failedSteps.length > 0 ? Math.max(total.failed, failedSteps.length) : total.failed;
if (failedSteps.length > 0) process.stdout.write(`\nFailed steps: ${failedSteps.join(', ')}\n`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.stdout.write(`\n${total.passed} passed, ${failed} failed${skipped}\n`);
process.exitCode = failed > 0 || total.passed === 0 ? 1 : 0;
