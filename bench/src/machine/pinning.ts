import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The server has this core to itself; everything else shares the others. */
const serverCore = '0';

const cores = availableParallelism();

/** Whether this system can pin processes to cores. */
export const canPin =
  process.platform === 'linux' &&
  cores > 1 &&
  spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0;

/** @returns the command that runs a program on the server's core */
export function onServerCore(command: string, args: readonly string[]): [string, string[]] {
  return canPin ? ['taskset', ['-c', serverCore, command, ...args]] : [command, [...args]];
}

/** @returns the command that runs a program on all cores, although this process is restricted */
export function onAllCores(command: string, args: readonly string[]): [string, string[]] {
  return canPin ? ['taskset', ['-c', `0-${cores - 1}`, command, ...args]] : [command, [...args]];
}

/** Keeps this process and its future children off the server's core. */
export function leaveServerCore(): void {
  if (!canPin) return;
  const others = cores === 2 ? '1' : `1-${cores - 1}`;
  spawnSync('taskset', ['-a', '-c', '-p', others, String(process.pid)], { stdio: 'ignore' });
}
