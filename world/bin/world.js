#!/usr/bin/env node
import { resolve } from 'node:path';
import { build, parseOptions } from '../../scripts/command.js';

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

const flag = { type: 'boolean', default: false };
const known = {
  ...{ fast: flag, list: flag, write: flag, 'no-build': flag },
  only: { type: 'string', multiple: true },
};

const root = resolve(import.meta.dirname, '../..');
process.exit(await main());

async function main() {
  const options = parseOptions(known, usage);
  if (!options['no-build']) {
    const code = await build(root, ['@populatte/world...', '!@populatte/web']);
    if (code !== 0) return code;
  }
  const { worldCommand } = await import('../dist/cli/command.js');
  return worldCommand(root, options);
}
