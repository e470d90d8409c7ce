import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

/** The workspaces to build, together with their dependencies. */
const workspaces = ['@populatte/local-stack', '@populatte/api'];

/**
 * Builds changed workspaces with Turborepo.
 *
 * @param {string} root the repository's root
 * @returns {Promise<number>} the exit code: 0 when everything is built
 */
export async function build(root) {
  process.stdout.write('Building what has changed …\n');
  const begin = performance.now();
  const turbo = spawn(
    join(root, 'node_modules/.bin/turbo'),
    [
      'run',
      'build',
      '--output-logs=errors-only',
      ...workspaces.map((name) => `--filter=${name}...`),
    ],
    {
      cwd: root,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const passOn = (signal) => turbo.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, passOn);
  const code = await new Promise((resolve) => {
    turbo.once('error', (error) => {
      process.stderr.write(`turbo cannot be run: ${error.message}. Run: npm install\n`);
      resolve(1);
    });
    turbo.once('exit', (exitCode) => resolve(exitCode ?? 130));
  });
  for (const signal of signals) process.removeListener(signal, passOn);
  if (code === 0) {
    process.stdout.write(`Built in ${((performance.now() - begin) / 1_000).toFixed(1)} s\n\n`);
  }
  return code;
}
