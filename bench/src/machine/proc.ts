import { readdirSync, readFileSync } from 'node:fs';

/** The clock tick of Linux's /proc on every architecture that Node supports: 100 per second. */
const microsecondsPerTick = 10_000;

interface Stat {
  readonly parent: number;
  /** Microseconds of its own threads, including exited ones. */
  readonly own: number;
  /** Microseconds of children that have ended and were waited for. */
  readonly ended: number;
}

/**
 * @returns the CPU time that a process has used in all its threads, in microseconds; 0 without
 * /proc
 */
export function cpuMicroseconds(pid: number): number {
  return readStat(pid)?.own ?? 0;
}

/** @returns the same for a process and its children: PostgreSQL has a process per connection */
export function familyCpuMicroseconds(pid: number): number {
  const main = readStat(pid);
  if (main === undefined) return 0;
  let total = main.own + main.ended;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = readStat(Number(entry));
    if (stat?.parent === pid) total += stat.own;
  }
  return total;
}

/** @returns a process's resident memory in MB; 0 without /proc */
export function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? 0 : (Number(kilobytes) * 1024) / 1e6;
}

/**
 * proc(5): the fields after the command's name, which is in parentheses and may contain any
 * character.
 */
function readStat(pid: number): Stat | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // The first of these fields is the manual's third: 4 ppid, 14 utime, 15 stime, 16 cutime, 17
  // cstime.
  const at = (field: number): number => Number(fields[field - 3]);
  return {
    parent: at(4),
    own: (at(14) + at(15)) * microsecondsPerTick,
    ended: (at(16) + at(17)) * microsecondsPerTick,
  };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
