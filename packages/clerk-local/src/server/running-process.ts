import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Returns when a process started, to distinguish it from a later process with the same id.
 *
 * @returns a text to compare, empty if the system does not tell; `undefined` if no process with this
 *   id is running
 */
export async function processStart(pid: number): Promise<string | undefined> {
  if (!exists(pid)) return undefined;
  if (process.platform !== 'linux') return startFromPs(pid);
  const [stat, boot] = await Promise.all([
    readProc(`/proc/${pid}/stat`),
    readProc('/proc/sys/kernel/random/boot_id'),
  ]);
  if (stat === '') return '';
  // proc(5): the name in field 2 may contain spaces and parentheses; field 3 is the state, and field
  // 22 the start in ticks since the boot.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie keeps its id until its parent reads the exit code.
  return state === 'Z' ? undefined : `${boot.trim()}/${rest[18] ?? ''}`;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function readProc(file: string): Promise<string> {
  // The process has ended, or the system has no /proc.
  return readFile(file, 'utf8').catch(() => '');
}

async function startFromPs(pid: number): Promise<string> {
  const options = { timeout: 5_000, env: { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' } };
  // Windows has no `ps`.
  const output = await run('ps', ['-o', 'lstart=', '-p', `${pid}`], options).catch(() => undefined);
  return output?.stdout.trim() ?? '';
}
