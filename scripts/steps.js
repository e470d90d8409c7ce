#!/usr/bin/env node
/**
 * Runs the npm scripts that consist of several programs: `npm run lint`, `npm run screenshots` and
 * `npm run changelog`. npm would append options to the last program only, after the others have run.
 */
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { parseCommandLine, withoutTelemetry } from './command.js';

/** @type {Readonly<Record<string, { summary: string, steps: readonly string[] }>>} */
const scripts = {
  lint: {
    summary: 'Finds mistakes with ESLint, and dead code and unused dependencies with knip.',
    steps: ['eslint .', 'turbo run lint', 'knip'],
  },
  screenshots: {
    summary: 'Takes the screenshots of the README, the web app and the console of clerk-local.',
    steps: [
      'npm run screenshots -w @populatte/clerk-local',
      'npm run screenshots -w @populatte/web',
    ],
  },
  changelog: {
    summary: 'Sets the versions of the packages and writes their changelogs from the changesets.',
    steps: ['changeset version', 'prettier --write --log-level=warn .'],
  },
};

const [name, ...args] = process.argv.slice(2);
const { summary, steps } = scripts[name];
const usage = `${summary}

Usage: npm run ${name}

It runs, until one fails:

${steps.map((step) => `  ${step}\n`).join('')}
  --help   this text
`;
parseCommandLine({ args }, usage);
const root = join(import.meta.dirname, '..');
const env = {
  ...process.env,
  ...withoutTelemetry,
  PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
};
for (const step of steps) {
  const [program, ...options] = step.split(' ');
  const { status, error } = spawnSync(program, options, { cwd: root, env, stdio: 'inherit' });
  if (error !== undefined) {
    process.stderr.write(`${program} cannot be run: ${error.message}. Run: npm install\n`);
    process.exit(1);
  }
  // `null`: ended by a signal, such as Ctrl-C.
  if (status !== 0) process.exit(status ?? 130);
}
