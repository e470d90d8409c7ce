#!/usr/bin/env node
/** Builds the documentation as static files, or serves it and follows changes. */
import { watch } from 'node:fs';
import { join } from 'node:path';
import { build, createServer } from 'vitepress';
import { collect } from '../src/collect.js';
import { root } from '../src/sources.js';

const help = `Usage: npm run docs [-- --port 3002]     serves the documentation and follows changes
       npm run build -w @populatte/docs  writes it to apps/docs/dist, as static files
`;
const app = join(import.meta.dirname, '..');
const PORT = 3002;

const [command, ...options] = process.argv.slice(2);
const port = options[0] === '--port' ? Number(options[1]) : PORT;
if (command === 'build') {
  collect();
  await build(app);
} else if (command === 'dev' && Number.isInteger(port)) {
  await serve();
} else {
  process.stdout.write(help);
  process.exitCode = 2;
}

async function serve() {
  collect();
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
