import { readFile, readlink, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLine, exists, isRunning, poll, portProblem } from '@populatte/process-kit';
import { EmbeddedPostgresError, PostgresPortTakenError } from './postgres-error.js';

/** How long a fast shutdown may take before the server is killed. */
const fastShutdownMs = 8_000;

/** The server's lock file: PostgreSQL's documentation, "Database File Layout". */
function pidFile(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

/** Whether the lock file says that the server with this process id accepts connections. */
export async function isReady(cluster: string, pid: number): Promise<boolean> {
  const lines = await readPidFile(cluster);
  return lines?.[0] === `${pid}` && lines[7]?.trim() === 'ready';
}

/**
 * Prepares a data folder whose home is locked for a new server: ends a server that outlived the
 * process that started it, and removes a `postmaster.pid` that would block the start because it is
 * empty or names a process that is not a server of this folder.
 *
 * A file that names a dead process stays: PostgreSQL replaces it after checking that no worker of
 * the dead server remains.
 */
export async function prepareCluster(cluster: string, log: (line: string) => void): Promise<void> {
  const lines = await readPidFile(cluster);
  if (lines === undefined) return;
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (pid > 0 && !exists(pid)) return;
  if (pid > 0 && (await isServerOf(cluster, pid))) {
    log(`stopping a PostgreSQL that outlived the process that started it (pid ${pid})`);
    await endServer(pid);
    return;
  }
  log('removing a stale postmaster.pid');
  await rm(pidFile(cluster), { force: true });
}

/** @throws PostgresPortTakenError */
export async function assertPortFree(port: number): Promise<void> {
  if ((await portProblem(port)) !== undefined) throw new PostgresPortTakenError(port);
}

/** Ends a server that is not a child of this process. */
async function endServer(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    process.kill(pid, signal);
    if (await poll(async () => !(await isRunning(pid)), { timeoutMs: fastShutdownMs })) return;
  }
  throw new EmbeddedPostgresError(
    `A PostgreSQL of an earlier run (pid ${pid}) does not stop. Stop it and start again.`,
  );
}

/** Whether a process is a server on this data folder, not another process with a server's old id. */
async function isServerOf(cluster: string, pid: number): Promise<boolean> {
  const command = await commandLine(pid);
  // Not its first word: the path may contain spaces.
  if (command === undefined || !/(?:^|\/)postgres(?: |$)/.test(command)) return false;
  // A server's working folder is its data folder, even after a rename.
  const works = await workingFolder(pid);
  if (works !== undefined) return works === (await folderIdentity(cluster));
  return `${command} `.includes(` -D ${cluster} `);
}

async function workingFolder(pid: number): Promise<string | undefined> {
  const link = `/proc/${pid}/cwd`;
  // This is not Linux, or the process belongs to another user or has ended.
  if ((await readlink(link).catch(() => undefined)) === undefined) return undefined;
  return folderIdentity(link);
}

async function folderIdentity(path: string): Promise<string | undefined> {
  // A folder that does not exist has no identity.
  const found = await stat(path).catch(() => undefined);
  return found && `${found.dev}/${found.ino}`;
}

async function readPidFile(cluster: string): Promise<string[] | undefined> {
  // The server is not running.
  const text = await readFile(pidFile(cluster), 'utf8').catch(() => undefined);
  return text?.split('\n');
}
