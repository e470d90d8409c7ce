import { execFileSync } from 'node:child_process';

/** The pids of a process and all its descendants. */
function family(pid: number): number[] {
  const parents = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (of: number): number[] =>
    parents.flatMap(([child = 0, parent]) => (parent === of ? [child, ...below(child)] : []));
  return [pid, ...below(pid)];
}

/**
 * Freezes a PostgreSQL with all its backends: connections stay open, and nothing answers.
 *
 * @param pid of its main process
 * @returns a function that resumes the frozen processes
 */
export function freeze(pid: number): () => void {
  const frozen = family(pid);
  for (const each of frozen) process.kill(each, 'SIGSTOP');
  return () => {
    for (const each of frozen.reverse()) process.kill(each, 'SIGCONT');
  };
}
