import { randomBytes } from 'node:crypto';
import { chmod, chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, type Account } from '../process/run.js';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './postgres-error.js';

/** The server's only role: a superuser of this machine's own database. */
export const role = 'populatte';

/** PostgreSQL's data folder and the password of its role. */
export interface Cluster {
  readonly path: string;
  readonly password: string;
}

/** The cluster's folder inside the home of one embedded server. */
export function clusterPath(home: string): string {
  return join(home, 'cluster');
}

/**
 * Finds the cluster in `home`, or makes it. Made at a draft's path and moved once complete: a start
 * that is cut off leaves no half cluster behind.
 *
 * @param sync whether a new cluster is flushed to the disk before it counts as made
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
    assertSameMajor(path, major, binaries.major);
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
  await initialise(draft, passwordFile, binaries, { account, sync });
  await rename(draft, path);
  return { path, password };
}

async function initialise(
  path: string,
  passwordFile: string,
  { initdb }: Binaries,
  { account, sync }: { account: Account | undefined; sync: boolean },
): Promise<void> {
  const args = [
    `--pgdata=${path}`,
    `--username=${role}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(sync ? [] : ['--no-sync']),
  ];
  const { code, output } = await run(initdb, args, { account, timeoutMs: 120_000 });
  if (code === 0) return;
  throw new EmbeddedPostgresError(
    `PostgreSQL's data folder ${path} could not be made; initdb says:\n${output.trim()}`,
  );
}

function assertSameMajor(path: string, data: string, binaries: string): void {
  if (data === binaries) return;
  throw new EmbeddedPostgresError(
    `The data in ${path} are of PostgreSQL ${data}, the installed binaries of ${binaries}. ` +
      `To keep the data, go back to the version that wrote them, dump them with pg_dump and load ` +
      `them after the change. To begin anew, delete ${path}.`,
  );
}

async function readPassword(file: string, home: string): Promise<string> {
  const password = await readTrimmed(file);
  if (password !== undefined && password !== '') return password;
  throw new EmbeddedPostgresError(
    `The password in ${file} cannot be read. Bring the file back, start as the user that made ` +
      `it, or delete ${home} to begin with an empty database.`,
  );
}

async function readTrimmed(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}
