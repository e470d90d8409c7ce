#!/usr/bin/env node
/** Measures home, sign-in and dashboard with Lighthouse, against a production build. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `Usage: npm run lighthouse -w @populatte/web [-- --runs N --json FILE]

Builds the web app for production, starts it with a local Clerk, the API and PostgreSQL, and runs
Lighthouse on home, sign-in and dashboard, as a phone and as a computer. Prints the goals, then the
scores, layout shift (CLS), largest paint (LCP) and blocking time (TBT), and fails below the goals.
As a phone, performance, CLS, LCP and TBT are without Clerk's scripts; “whole” is the CLS with them.
Build the packages and the API first, and run nothing else on the machine.

  --runs N      the performance score is the median of N runs (default: 3)
  --json FILE   also write the goals and the results to FILE
  --help        print this text
`;

/** @returns {{ runs: number, json: string | undefined, help: boolean }} */
function readArguments() {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '3' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs must be a whole number from 1.');
  return { runs, json: values.json, help: values.help };
}

/**
 * npm runs scripts in the package's folder, but file names are relative to the user's current
 * directory.
 */
const base = process.env['INIT_CWD'] ?? process.cwd();

function main() {
  let options;
  try {
    options = readArguments();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const playwright = createRequire(import.meta.url).resolve('@playwright/test/cli');
  const { status } = spawnSync(process.execPath, [playwright, 'test', '21-lighthouse'], {
    stdio: 'inherit',
    env: {
      ...process.env,
      LIGHTHOUSE_RUNS: String(options.runs),
      ...(options.json === undefined ? {} : { LIGHTHOUSE_JSON: resolve(base, options.json) }),
    },
  });
  return status ?? 1;
}

process.exitCode = main();
