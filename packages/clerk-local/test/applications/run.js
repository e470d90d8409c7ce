/**
 * Installs the tarball and packages from the registry into new applications, then tests them in a
 * network namespace that has only the loopback interface, so that nothing can leave the machine.
 * Without `unshare` and `ip`, as on macOS, the tests run with the network, and a notice says so.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'clerk-local-applications-'));
const namespace = [
  ...['unshare', '--map-root-user', '--net'],
  ...['sh', '-c', 'ip link set lo up && exec "$@"', 'sh'],
];
const isOffline = spawnSync(namespace[0] ?? '', [...namespace.slice(1), 'true']).status === 0;
if (!isOffline) {
  process.stderr.write(
    'NOTICE: no network namespace here. The applications can use the network.\n',
  );
}

const vitest = ['npx', 'vitest', 'run', '--config', 'vitest.applications.config.ts'];
const tests = ['applications', 'cli', 'playwright'].map(
  (name) => `test/applications/${name}.spec.ts`,
);
try {
  process.exitCode = run([...vitest, 'test/applications/install.spec.ts']);
  if (process.exitCode === 0) {
    process.exitCode = run([...(isOffline ? namespace : []), ...vitest, ...tests]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * @param {readonly string[]} command
 * @returns {number} the exit code
 */
function run([program = '', ...args]) {
  const env = { ...process.env, APPLICATIONS_FOLDER: folder, ...(isOffline && { OFFLINE: '1' }) };
  return spawnSync(program, args, { env, stdio: 'inherit' }).status ?? 1;
}
