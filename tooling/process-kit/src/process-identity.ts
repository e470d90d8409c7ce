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
 * @returns an opaque text to compare; `undefined` when no running process has this id
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (!exists(pid)) return undefined;
  if (process.platform !== 'linux') {
    return (await ps(pid, 'stat'))?.startsWith('Z') ? undefined : ps(pid, 'lstart');
  }
  const [stat, boot] = await Promise.all([
    readProc(`/proc/${pid}/stat`),
    readProc('/proc/sys/kernel/random/boot_id'),
  ]);
  // proc(5): field 22 is the start time; the name in field 2 may contain spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields?.[0];
  if (state === undefined || state === 'Z') return undefined;
  return `${boot?.trim() ?? ''}/${fields?.[19] ?? ''}`;
}

/**
 * The command that a process was started with, arguments joined by blanks; `undefined` if it does
 * not exist.
 */
export async function commandLine(pid: number): Promise<string | undefined> {
  if (!exists(pid)) return undefined;
  if (process.platform !== 'linux') return ps(pid, 'command');
  return (await readProc(`/proc/${pid}/cmdline`))?.replaceAll('\0', ' ');
}

async function readProc(path: string): Promise<string | undefined> {
  // The process has ended.
  return readFile(path, 'utf8').catch(() => undefined);
}

async function ps(pid: number, column: 'command' | 'lstart' | 'stat'): Promise<string | undefined> {
  const options = { timeout: 5_000 };
  // `ps` fails for a process that has ended.
  const output = await run('ps', ['-ww', '-o', `${column}=`, '-p', `${pid}`], options).catch(
    () => undefined,
  );
  return output?.stdout.trim();
}
