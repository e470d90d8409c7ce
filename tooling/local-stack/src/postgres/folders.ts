import { createHash } from 'node:crypto';
import { chown, lstat, mkdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Account } from '../process/run.js';
import { EmbeddedPostgresError } from './postgres-error.js';

/**
 * Makes the folder that holds everything of one embedded server, open to the server's account.
 * Where that account cannot get through to it (a checkout under `/root`, say), a folder outside
 * takes its place, the same one every time.
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
      `The data folder ${dataDir} cannot be made. Give this user the right to write there.`,
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
  log(`${home} is closed to the user that PostgreSQL runs as; the data are kept in ${outside}`);
  return outside;
}

/**
 * A folder of this user's own outside the checkout, which everybody may read.
 *
 * @param key what it is for; the same key gives the same folder
 */
export async function outsideFolder(key: string): Promise<string> {
  const parent = process.platform === 'linux' ? '/var/tmp' : await realpath(tmpdir());
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 16);
  const folder = join(parent, `populatte-${digest}`);
  await mkdir(folder, { mode: 0o755 }).catch(() => undefined);
  const found = await lstat(folder);
  // The parent is open to everybody: somebody else may have made this name first.
  if (!found.isDirectory() || found.uid !== process.geteuid?.() || (found.mode & 0o022) !== 0) {
    throw new EmbeddedPostgresError(
      `${folder} belongs to somebody else or can be written by others. Remove it and start again.`,
    );
  }
  return folder;
}

async function canEnter(folder: string, account: Account): Promise<boolean> {
  const probe = await run('sh', ['-c', 'cd "$1"', 'sh', folder], { account, timeoutMs: 5_000 });
  return probe.code === 0;
}
