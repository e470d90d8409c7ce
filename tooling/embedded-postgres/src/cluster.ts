import { randomBytes } from 'node:crypto';
import { chmod, chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram, type Account } from '@populatte/process-kit';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './postgres-error.js';

/** The server's only role, a superuser. */
export const role = 'populatte';

/** PostgreSQL's data folder and the password of its role. */
export interface Cluster {
  readonly path: string;
  readonly password: string;
}

/** The cluster's folder in the home folder of a server. */
export function clusterPath(home: string): string {
  return join(home, 'cluster');
}

/**
 * Opens the cluster in `home`, or creates it. A new cluster is created at a draft path and then
 * renamed, so that an interrupted start leaves no partial cluster behind.
 *
 * @param sync whether a new cluster is flushed to the disk
 */
export async function openCluster(
  home: string,
  binaries: Binaries,
  { account, sync }: { account: Account | undefined; sync: boolean },
): Promise<Cluster> {
  const path = clusterPath(home);
  const passwordFile = join(home, 'password');
  const major = await readTrimmed(join(path, 'PG_VERSION'));
  if (major !== undefined) {
    assertSameMajor(path, major, String(binaries.major));
    return { path, password: await readPassword(passwordFile, home) };
  }
  const password = randomBytes(24).toString('hex');
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await chmod(passwordFile, 0o600);
  // initdb reads it under the server's account.
  if (account !== undefined) await chown(passwordFile, account.uid, account.gid);
  const draft = `${path}.draft`;
  await rm(draft, { recursive: true, force: true });
  await initialize(draft, passwordFile, binaries, { account, sync });
  await rename(draft, path);
  return { path, password };
}

async function initialize(
  path: string,
  passwordFile: string,
  { initdb, major }: Binaries,
  { account, sync }: { account: Account | undefined; sync: boolean },
): Promise<void> {
  const args = [
    `--pgdata=${path}`,
    `--username=${role}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    // Available since PostgreSQL 17.
    ...(major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
    '--no-instructions',
    ...(sync ? [] : ['--no-sync']),
  ];
  const { code, output } = await runProgram(initdb, args, { account, timeoutMs: 120_000 });
  if (code === 0) return;
  const nameless = /could not look up effective user ID (\d+)/.exec(output)?.[1];
  if (nameless !== undefined) {
    throw new EmbeddedPostgresError(
      `PostgreSQL cannot create its data: this process runs as a user id without a name (${nameless}). ` +
        'Add the user to /etc/passwd, start as another user, or set DATABASE_URL to your own PostgreSQL.',
    );
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL's data folder ${path} could not be created. initdb says:\n${output.trim()}`,
  );
}

function assertSameMajor(path: string, data: string, binaries: string): void {
  if (data === binaries) return;
  throw new EmbeddedPostgresError(
    `The data in ${path} belongs to PostgreSQL ${data}, but the installed binaries are version ${binaries}. ` +
      'To keep the data, install the old version again, dump them with pg_dump, and load the dump ' +
      `after the upgrade. To start with an empty database, delete ${path}.`,
  );
}

async function readPassword(file: string, home: string): Promise<string> {
  const password = await readTrimmed(file);
  if (password !== undefined && password !== '') return password;
  throw new EmbeddedPostgresError(
    `The password in ${file} cannot be read. Restore the file, start as the user that created it, ` +
      `or delete ${home} to start with an empty database.`,
  );
}

async function readTrimmed(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}
