#!/usr/bin/env node
/**
 * The API's commands from a checkout, which may not be built: `npm run users:reconcile`. They read
 * `.env` as `npm start` does.
 */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** Variables of the environment take precedence; an empty value counts as unset in both. */
function addVariablesOf(/** @type {URL} */ file) {
  for (const [name, value] of Object.entries(parseEnv(readFileSync(file, 'utf8')))) {
    if ((process.env[name] ?? '').trim() === '') process.env[name] = value;
  }
}

try {
  addVariablesOf(new URL('../../../.env', import.meta.url));
} catch (error) {
  if (!(error instanceof Error && 'code' in error)) throw error;
  if (error.code !== 'ENOENT') {
    process.stderr.write(`.env cannot be read (${error.code}). Fix or remove it.\n`);
    process.exit(1);
  }
}
try {
  await import('../dist/cli.js');
} catch (error) {
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'))
    throw error;
  process.stderr.write('The API is not built. Run: npm install && npm run build\n');
  process.exitCode = 1;
}
