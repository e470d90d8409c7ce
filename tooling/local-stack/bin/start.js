#!/usr/bin/env node
import { resolve } from 'node:path';
import { build, parseOptions, requireDependencies } from '../../../scripts/command.js';

const usage = `Starts everything on this machine: PostgreSQL, a local Clerk, the API and the web app.

Usage: npm start [-- OPTION…]     as built
       npm run dev [-- OPTION…]   reloads changed code

  --watch      reload on changes, as npm run dev does
  --no-build   use the existing build
  --help       this text

It reads .env at the repository's root. DATABASE_URL replaces the embedded PostgreSQL;
CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY replace the local Clerk.
Ports: WEB_PORT (3000), PORT (API, 3001), CLERK_LOCAL_PORT (4010), LOCAL_POSTGRES_PORT (54320).
Everything listens on 127.0.0.1. HOST=0.0.0.0 opens the web app and the API to other machines.
Ctrl-C stops everything; a second Ctrl-C stops it at once.
`;

const flag = { type: 'boolean', default: false };
const parentPid = process.ppid;
const root = resolve(import.meta.dirname, '../../..');
process.exit(await main());

async function main() {
  const options = parseOptions({ watch: flag, 'no-build': flag }, usage);
  requireDependencies(root);
  if (!options['no-build']) {
    const code = await build(root, ['@populatte/local-stack...', '@populatte/api...']);
    if (code !== 0) return code;
  }
  const { startCommand } = await import('../dist/cli/start.js');
  return startCommand({ root, watch: options.watch, parentPid });
}
