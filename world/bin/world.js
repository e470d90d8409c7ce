#!/usr/bin/env node
// Plain JavaScript without dependencies: it runs before anything is built.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const usage = `Runs the built product in environments that are not ours: PostgreSQL versions and settings,
poolers, failover, Node versions, an Edge runtime, wrong clocks, browsers, rolling restarts.

Usage: npm run test:world [-- OPTION…]

  --only NAME    environments whose name contains this; may be repeated
  --fast         the subset that npm test runs; downloads nothing
  --list         prints the names of the environments
  --write        writes the table to docs/testing.md (a run of all environments only)
  --no-build     uses the existing build
  --help         this text

A full run downloads PostgreSQL and Node versions from the npm registry once, into
node_modules/.cache. PgBouncer, HAProxy, nginx, Firefox, Chromium and libfaketime come from the
system: apt-get install pgbouncer haproxy nginx-light firefox-esr chromium libfaketime
An environment that cannot run here is skipped, with the reason; skipped is not passed.
Exit code: 0 if no environment failed, 1 otherwise, 2 for wrong options.
`;

const root = resolve(import.meta.dirname, '../..');
process.exit(await main());

async function main() {
  const options = parse();
  if (options === undefined) return 2;
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (!options['no-build']) {
    process.stdout.write('Building what has changed …\n');
    const turbo = ['run', 'build', '--output-logs=errors-only'];
    const filters = ['--filter=@populatte/world...', '--filter=!@populatte/web'];
    const { status } = spawnSync(join(root, 'node_modules/.bin/turbo'), [...turbo, ...filters], {
      cwd: root,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) {
      process.stderr.write('The build failed. If turbo is missing, run: npm install\n');
      return 1;
    }
  }
  const { worldCommand } = await import('../dist/cli/command.js');
  return worldCommand(root, options);
}

function parse() {
  const flag = { type: 'boolean', default: false };
  try {
    return parseArgs({
      options: {
        ...{ fast: flag, list: flag, write: flag, 'no-build': flag, help: flag },
        only: { type: 'string', multiple: true },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    return undefined;
  }
}
