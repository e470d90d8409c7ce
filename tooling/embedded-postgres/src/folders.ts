import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  acquireProcessLock,
  LockedError,
  runProgram,
  type Account,
  type ProcessLock,
} from '@populatte/process-kit';
import { EmbeddedPostgresError } from './postgres-error.js';

/**
 * Creates the home folder of a server: data, password and lock, accessible to the server's account.
 * If that account cannot enter it (in a checkout under `/root`, for instance), a fixed folder
 * outside replaces it.
 *
 * @returns the real path of the folder to use
 */
export async function openHome(
  dataDir: string,
  account: Account | undefined,
  log: (line: string) => void,
): Promise<string> {
  await mkdir(dataDir, { recursive: true }).catch((error: unknown) => {
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} cannot be created. Give this user write access to its parent.`,
      { cause: error },
    );
  });
  const home = await realpath(dataDir);
  if (account === undefined) return home;
  await chown(home, account.uid, account.gid);
  if (await canEnter(home, account)) return home;
  const outside = join(await outsideFolder(home), 'postgres');
  await mkdir(outside, { recursive: true });
  await chown(outside, account.uid, account.gid);
  log(`the user that PostgreSQL runs as cannot enter ${home}: using ${outside} instead`);
  return outside;
}

/** Makes sure that only one process runs a server on the data in `home`. */
export async function lockHome(home: string): Promise<ProcessLock> {
  try {
    return await acquireProcessLock(join(home, 'lock'));
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new EmbeddedPostgresError(
      `A PostgreSQL on ${home} is already running: process ${error.pid} started it. ` +
        'Use that server, end that process, or choose another data folder.',
      { cause: error },
    );
  }
}

/**
 * Creates a world-readable folder of this user outside the checkout.
 *
 * @param key the same key returns the same folder
 */
export async function outsideFolder(key: string): Promise<string> {
  const parent = process.platform === 'linux' ? '/var/tmp' : await realpath(tmpdir());
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 16);
  const folder = join(parent, `populatte-${digest}`);
  // Usually it exists. `lstat` fails if it does not.
  await mkdir(folder, { mode: 0o700 }).catch(() => undefined);
  const found = await lstat(folder);
  // The parent is world-writable: another user may have created this name first.
  if (!found.isDirectory() || found.uid !== process.geteuid?.() || (found.mode & 0o022) !== 0) {
    throw new EmbeddedPostgresError(
      `${folder} belongs to another user or is writable by others. Remove it and start again.`,
    );
  }
  // `mkdir` applies the umask, which may close the folder to the server's account.
  await chmod(folder, 0o755);
  return folder;
}

async function canEnter(folder: string, account: Account): Promise<boolean> {
  const probe = await runProgram('sh', ['-c', 'cd "$1"', 'sh', folder], {
    account,
    timeoutMs: 5_000,
  });
  return probe.code === 0;
}
