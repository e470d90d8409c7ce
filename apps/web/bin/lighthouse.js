#!/usr/bin/env node
/** Measures home, sign-in and dashboard with Lighthouse, against a production build. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { parseOptions } from '../../../scripts/command.js';

const usage = `Usage: npm run lighthouse -w @populatte/web [-- --runs N --json FILE]

Builds the web app for production, starts it with a local Clerk, the API and PostgreSQL, and runs
Lighthouse on home, sign-in and dashboard, as a phone and as a computer. Prints the goals, then the
scores, layout shift (CLS), largest paint (LCP) and blocking time (TBT), and fails below the goals.
As a phone, performance, CLS, LCP and TBT are without Clerk's scripts; “whole” is the CLS with them.
Build the packages and the API first, and run nothing else on the machine.

  --runs N      the performance score is the median of N runs (default: 3)
  --json FILE   also write the goals and the results to FILE
  --help        print this text
`;

const { runs, json } = parseOptions(
  { runs: { type: 'string', default: '3' }, json: { type: 'string' } },
  usage,
);
if (!/^[1-9]\d*$/.test(runs)) {
  process.stderr.write('--runs must be a whole number from 1.\n');
  process.exit(2);
}

/**
 * npm runs scripts in the package's folder, but file names are relative to the user's current
 * directory.
 */
const base = process.env['INIT_CWD'] ?? process.cwd();

const playwright = createRequire(import.meta.url).resolve('@playwright/test/cli');
const { status } = spawnSync(process.execPath, [playwright, 'test', '21-lighthouse'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    LIGHTHOUSE_RUNS: runs,
    ...(json === undefined ? {} : { LIGHTHOUSE_JSON: resolve(base, json) }),
  },
});
process.exitCode = status ?? 1;
