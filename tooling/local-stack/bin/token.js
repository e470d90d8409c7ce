#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
if (existsSync(join(import.meta.dirname, '../dist/cli/token.js'))) {
  const { tokenCommand } = await import('../dist/cli/token.js');
  process.exitCode = await tokenCommand(root, process.argv.slice(2));
} else {
  process.stderr.write('The stack is not running. Start it with: npm start\n');
  process.exitCode = 1;
}
