#!/usr/bin/env node
/** Builds the documentation as static files, or serves it and follows changes. */
import { watch } from 'node:fs';
import { join } from 'node:path';
import {
  explainWriteErrors,
  parseCommandLine,
  requireDependencies,
} from '../../../scripts/command.js';
import { collect } from '../src/collect.js';
import { root } from '../src/sources.js';

const help = `Usage: npm run docs [-- OPTION…]         serves the documentation and follows changes
       npm run build -w @populatte/docs  writes it to apps/docs/dist, as static files

  --port N   the port to serve it on (default: 3002)
  --help     this text
`;
const app = join(import.meta.dirname, '..');

const options = { port: { type: 'string', default: '3002' } };
const { values, positionals } = parseCommandLine({ allowPositionals: true, options }, help);
const [command, ...others] = positionals;
if (!['build', 'dev'].includes(command) || others.length > 0) {
  process.stderr.write('Unknown command. --help lists the options.\n');
  process.exit(2);
}
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write('--port must be a whole number from 0 to 65535.\n');
  process.exit(2);
}
requireDependencies(root);
const { build, createServer } = await import('vitepress');
await explainWriteErrors(async () => {
  collect();
  await (command === 'build' ? build(app) : serve());
});

async function serve() {
  const server = await createServer(app, { port, host: '127.0.0.1' });
  await server.listen();
  server.printUrls();
  watch(join(root, 'docs'), { recursive: true }, () => {
    try {
      collect();
    } catch (error) {
      // The document may be half-written; the next change collects it again.
      process.stderr.write(`${String(error)}\n`);
    }
  });
}
