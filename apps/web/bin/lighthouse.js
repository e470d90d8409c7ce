#!/usr/bin/env node
/** Measures home, sign-in and dashboard with Lighthouse, against a production build. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const HELP = `Usage: npm run lighthouse -w @populatte/web [-- --runs N]

Builds the web app for production, starts it with a local Clerk, the API and PostgreSQL, and runs
Lighthouse on home, sign-in and dashboard, as a phone and as a computer. Prints the scores, layout
shift (CLS), largest paint (LCP) and blocking time (TBT). Fails below the goals: accessibility 100,
best practices and SEO 95, performance 90, CLS under 0.05. As a phone, performance is without
Clerk's scripts. Build the packages and the API first, and let nothing else use the machine.

  --runs N   the performance score is the median of N runs (default: 3)
  --help     print this text
`;

/** @returns {{ runs: number, help: boolean }} */
function readArguments() {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '3' },
      help: { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs must be a whole number from 1.');
  return { runs, help: values.help };
}

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
  process.stdout.write('page       device    perf  a11y  best   seo      CLS      LCP      TBT\n');
  const playwright = createRequire(import.meta.url).resolve('@playwright/test/cli');
  const { status } = spawnSync(process.execPath, [playwright, 'test', '21-lighthouse'], {
    stdio: 'inherit',
    env: { ...process.env, LIGHTHOUSE_RUNS: String(options.runs) },
  });
  return status ?? 1;
}

process.exitCode = main();
