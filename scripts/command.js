// Plain JavaScript without dependencies: commands use it before anything is built.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Variables that disable the telemetry of all tools: no network is needed, and none is used. */
export const withoutTelemetry = {
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  NEXT_TELEMETRY_DISABLED: '1',
};

/**
 * Parses the command line. Prints the usage for `--help`, or what is wrong with an option, and then
 * exits.
 *
 * @param {import('node:util').ParseArgsConfig['options']} options
 * @param {string} usage
 * @returns the options by name
 */
export function parseOptions(options, usage) {
  return parseCommandLine({ options }, usage).values;
}

/**
 * As `parseOptions`, with positional arguments.
 *
 * @param {import('node:util').ParseArgsConfig} config
 * @param {string} usage
 */
export function parseCommandLine(config, usage) {
  try {
    const help = { type: 'boolean', short: 'h' };
    const parsed = parseArgs({ ...config, options: { ...config.options, help } });
    if (parsed.values.help !== true) return parsed;
    process.stdout.write(usage);
    process.exit(0);
  } catch (error) {
    // parseArgs adds advice about positional arguments that begin with a hyphen.
    const [reason] = error.message.split(/\. (?=To specify)|\n/);
    process.stderr.write(`${reason.replace(/\.$/, '')}. --help lists the options.\n`);
    process.exit(2);
  }
}

/**
 * Exits with the fix if the packages from npm are not installed.
 *
 * @param {string} root the repository's root
 */
export function requireDependencies(root) {
  if (existsSync(join(root, 'node_modules'))) return;
  process.stderr.write('The dependencies are not installed. Run: npm install\n');
  process.exit(1);
}

/** The system's codes for a file that cannot be written. */
const writeErrors = ['EACCES', 'EDQUOT', 'ENOSPC', 'EPERM', 'EROFS'];

/**
 * Runs a command that writes files. If one cannot be written, prints which and why instead of a
 * stack trace, and exits with 1.
 *
 * @param {() => unknown} run
 */
export async function explainWriteErrors(run) {
  try {
    await run();
  } catch (error) {
    if (!writeErrors.includes(error.code)) throw error;
    process.stderr.write(
      `${error.message}. This command needs a checkout that it may write to, and free disk space.\n`,
    );
    process.exit(1);
  }
}

/**
 * Formats generated files, or exits with 1.
 *
 * @param {readonly string[]} paths
 */
export function formatFiles(paths) {
  const prettier = fileURLToPath(import.meta.resolve('prettier/bin/prettier.cjs'));
  const args = [prettier, '--write', '--log-level=warn', ...paths];
  if (spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0) process.exit(1);
}

/**
 * Builds changed workspaces with Turborepo.
 *
 * @param {string} root the repository's root
 * @param {readonly string[]} filters Turborepo's, such as `@populatte/api...`
 * @returns {Promise<number>} the exit code: 0 when everything is built, and a shell's code of a signal
 */
export async function build(root, filters) {
  process.stdout.write('Building what has changed …\n');
  const begin = performance.now();
  let interruptedCode;
  const forward = (signal) => {
    interruptedCode ??= 128 + constants.signals[signal];
    turbo.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  const turbo = spawn(
    join(root, 'node_modules/.bin/turbo'),
    ['run', 'build', '--output-logs=errors-only', ...filters.map((name) => `--filter=${name}`)],
    {
      cwd: root,
      env: { ...process.env, ...withoutTelemetry },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const code = await new Promise((resolve) => {
    turbo.once('error', (error) => {
      process.stderr.write(`turbo cannot be run: ${error.message}. Run: npm install\n`);
      resolve(1);
    });
    // After Ctrl-C, Turborepo exits with 0 although nothing is built.
    turbo.once('exit', (exitCode) => resolve(interruptedCode ?? exitCode ?? 130));
  });
  for (const signal of signals) process.removeListener(signal, forward);
  if (code === 0) {
    process.stdout.write(`Built in ${((performance.now() - begin) / 1_000).toFixed(1)} s\n\n`);
  }
  return code;
}
