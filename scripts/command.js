// Plain JavaScript without dependencies: commands use it before anything is built.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

/**
 * Parses the command line. A wrong option prints the reason and the usage.
 *
 * @param {import('node:util').ParseArgsConfig['options']} options
 * @param {string} usage
 * @returns the options by name; `undefined` if one is wrong
 */
export function parseOptions(options, usage) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    return undefined;
  }
}

/**
 * Builds changed workspaces with Turborepo.
 *
 * @param {string} root the repository's root
 * @param {readonly string[]} filters Turborepo's, such as `@populatte/api...`
 * @returns {Promise<number>} the exit code: 0 when everything is built
 */
export async function build(root, filters) {
  process.stdout.write('Building what has changed …\n');
  const begin = performance.now();
  const turbo = spawn(
    join(root, 'node_modules/.bin/turbo'),
    ['run', 'build', '--output-logs=errors-only', ...filters.map((name) => `--filter=${name}`)],
    {
      cwd: root,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const forward = (signal) => turbo.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  const code = await new Promise((resolve) => {
    turbo.once('error', (error) => {
      process.stderr.write(`turbo cannot be run: ${error.message}. Run: npm install\n`);
      resolve(1);
    });
    turbo.once('exit', (exitCode) => resolve(exitCode ?? 130));
  });
  for (const signal of signals) process.removeListener(signal, forward);
  if (code === 0) {
    process.stdout.write(`Built in ${((performance.now() - begin) / 1_000).toFixed(1)} s\n\n`);
  }
  return code;
}
