#!/usr/bin/env node
// Plain JavaScript without dependencies: it runs before anything is built.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.js';

const usage = `Starts everything on this machine: PostgreSQL, a local Clerk, the API and the web app.

Usage: npm start            as built
       npm run dev          reloads changed code

  --watch      reload on changes, as npm run dev does
  --no-build   uses the existing build
  --help       this text

It reads .env at the repository's root. With DATABASE_URL set, that database is used; with
CLERK_SECRET_KEY, CLERK_PUBLISHABLE_KEY and CLERK_WEBHOOK_SIGNING_SECRET set, that Clerk application.
Ports: WEB_PORT (3000), PORT (API, 3001), CLERK_LOCAL_PORT (4010), LOCAL_POSTGRES_PORT (54320).
Everything listens on 127.0.0.1. HOST=0.0.0.0 opens web app and API to other machines.
Ctrl-C stops everything; a second Ctrl-C stops it at once.
`;

const parentPid = process.ppid;
const root = resolve(import.meta.dirname, '../../..');
process.exit(await main());

async function main() {
  const options = parse();
  if (options === undefined) return 2;
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (!existsSync(join(root, 'node_modules'))) {
    process.stderr.write('The dependencies are not installed. Run: npm install\n');
    return 1;
  }
  if (!options['no-build']) {
    const code = await build(root);
    if (code !== 0) return code;
  }
  const { startCommand } = await import('../dist/cli/start.js');
  return startCommand({ root, watch: options.watch, parentPid });
}

function parse() {
  const flag = { type: 'boolean', default: false };
  try {
    return parseArgs({ options: { watch: flag, 'no-build': flag, help: flag } }).values;
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    return undefined;
  }
}
