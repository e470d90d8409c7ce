#!/usr/bin/env node
import { resolve } from 'node:path';
import { build, parseOptions } from '../../scripts/command.js';

const usage = `Measures the cost of a request: this API compared with a bare server, the same route without
authentication, and the usual way, in turns within one run.

Usage: npm run bench [-- OPTION…]

  --quick            a smoke run of all scenarios in under a minute; its figures are meaningless
  --only LIST        scenarios to run, comma-separated: steady, first-requests, journal, rows,
                     connections, processes, churn, tracing, node-versions,
                     coherence, revocation, memory, clerk-local, web
  --rounds N         rounds to take medians over (5)
  --seconds N        seconds to measure each variant in each round (3)
  --variants LIST    variants of the steady scenario, comma-separated (the table lists their ids)
  --out FOLDER       output folder for tables and plots (bench/results; .local/bench with --quick,
                     --rounds, --seconds or --variants)
  --node PATH        another node executable for the scenario node-versions, such as one that
                     npm run test:world downloaded; can be repeated
  --no-build         does not build first
  --help             this text

The server runs on the first core; the load generator, PostgreSQL and everything else run on the
others. This needs Linux with taskset; elsewhere the results say that they were not pinned. The
scenario web downloads ky from the npm registry. A full run takes a quarter of an hour; do not use
the machine for anything else during that time.
`;

const flag = { type: 'boolean', default: false };
const text = { type: 'string' };
const known = {
  ...{ quick: flag, 'no-build': flag },
  ...{ only: text, rounds: text, seconds: text, variants: text, out: text },
  node: { type: 'string', multiple: true },
};

const root = resolve(import.meta.dirname, '../..');
process.exitCode = await main();

async function main() {
  const options = parseOptions(known, usage);
  if (!options['no-build']) {
    const code = await build(root, ['@populatte/bench...']);
    if (code !== 0) return code;
  }
  const { benchCommand } = await import('../dist/cli/command.js');
  return benchCommand(root, options);
}
