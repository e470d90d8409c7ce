import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

/** What a child gets when this process is gone. */
export interface LastSignal {
  /** `INT` lets PostgreSQL shut down cleanly. */
  readonly signal: 'INT' | 'KILL';
  /** Signals the child's process group, whose leader it is, and not the child alone. */
  readonly group?: boolean;
}

/**
 * Ends a child when this process ends, however it ends. An `exit` handler does not run after
 * SIGKILL, and children would keep their ports and memory: a run of tests that is killed must leave
 * nothing behind.
 *
 * A shell waits for the end of its standard input, which only this process holds open. The kernel
 * closes it, so that no handler of this process has to run.
 */
export function endWithThisProcess(
  child: ChildProcess,
  { signal, group = false }: LastSignal,
): void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const target = group ? `-${pid}` : `${pid}`;
  // In a session of its own: a terminal's Ctrl-C must not end it before this process.
  const watcher = spawn('sh', ['-c', `cat > /dev/null; kill -s ${signal} -- ${target}`], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  // It must not keep this process alive.
  watcher.unref();
  if (watcher.stdin instanceof Socket) watcher.stdin.unref();
  child.once('exit', () => {
    // First the shell, so that it does not signal a process that has got the child's id.
    watcher.kill('SIGKILL');
    watcher.stdin.destroy();
  });
}
