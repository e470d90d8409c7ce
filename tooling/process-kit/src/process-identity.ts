import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Whether a process has this id now. It may not be the process that had the id earlier, and it may
 * have ended: a zombie keeps its id until its parent reads the exit code.
 */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether a process with this id is running now; a zombie is not. */
export async function isRunning(pid: number): Promise<boolean> {
  return (await processIdentity(pid)) !== undefined;
}

/**
 * Distinguishes a process from a later one with the same id: its start time according to the
 * kernel, and the id of the boot.
 *
 * @returns an opaque text to compare, empty if the system does not tell; `undefined` when no running
 *   process has this id
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (!exists(pid)) return undefined;
  const found = process.platform === 'linux' ? await fromProc(pid) : await fromPs(pid);
  // The process has ended in the meantime, or the system does not report start times.
  if (found === undefined) return exists(pid) ? '' : undefined;
  // A zombie keeps its id until its parent reads the exit code.
  return found.state.startsWith('Z') ? undefined : found.identity;
}

interface Found {
  readonly state: string;
  readonly identity: string;
}

async function fromProc(pid: number): Promise<Found | undefined> {
  const [stat, boot] = await Promise.all([
    readProc(`/proc/${pid}/stat`),
    readProc('/proc/sys/kernel/random/boot_id'),
  ]);
  if (stat === undefined) return undefined;
  // proc(5): the name in field 2 may contain spaces and parentheses; field 3 is the state, field 22
  // the start time.
  const [state = '', ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state, identity: `${boot?.trim() ?? ''}/${rest[18] ?? ''}` };
}

async function fromPs(pid: number): Promise<Found | undefined> {
  // The form of the time depends on the locale and the time zone.
  const line = await ps(pid, ['stat', 'lstart'], ['LC_ALL=C', 'TZ=UTC']);
  const [state = '', ...start] = line?.split(/\s+/) ?? [];
  return line === undefined ? undefined : { state, identity: start.join(' ') };
}

/**
 * The command that a process was started with, arguments joined by blanks; `undefined` if it does
 * not exist.
 */
export async function commandLine(pid: number): Promise<string | undefined> {
  if (!exists(pid)) return undefined;
  if (process.platform !== 'linux') return ps(pid, ['command']);
  return (await readProc(`/proc/${pid}/cmdline`))?.replaceAll('\0', ' ');
}

async function readProc(path: string): Promise<string | undefined> {
  // The process has ended.
  return readFile(path, 'utf8').catch(() => undefined);
}

async function ps(
  pid: number,
  columns: readonly string[],
  variables: readonly string[] = [],
): Promise<string | undefined> {
  const fields = columns.flatMap((column) => ['-o', `${column}=`]);
  const args = [...variables, 'ps', '-ww', ...fields, '-p', `${pid}`];
  // It fails for a process that has ended, and on a system without `ps`.
  const output = await run('env', args, { timeout: 5_000 }).catch(() => undefined);
  return output?.stdout.trim();
}
