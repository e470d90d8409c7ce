/**
 * Loaded by a child of the stack with `--import`: ends it, gracefully at first, when its parent is
 * gone. A parent that is killed outright cannot end its children, which would keep their ports.
 *
 * It watches from a thread of its own, so that a process also ends whose main thread is stuck, in
 * writing to the parent's closed pipe for instance.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, Worker } from 'node:worker_threads';

const checkMs = 500;
const graceMs = 2_000;

if (isMainThread) {
  // Without the process's own flags, which would load this file into the thread once more.
  new Worker(new URL(import.meta.url), { execArgv: [] }).unref();
} else {
  const parent = process.ppid;
  while (process.ppid === parent) await sleep(checkMs);
  process.kill(process.pid, 'SIGTERM');
  await sleep(graceMs);
  process.kill(process.pid, 'SIGKILL');
}
