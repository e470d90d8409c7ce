#!/usr/bin/env node
/** The API's commands from a checkout, which may not be built: `npm run users:reconcile`. */
try {
  await import('../dist/cli.js');
} catch (error) {
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'))
    throw error;
  process.stderr.write('The API is not built. Run: npm install && npm run build\n');
  process.exitCode = 1;
}
