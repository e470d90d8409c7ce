import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

/** The signal that a child's process group receives after this process has ended. */
export interface LastSignal {
  /** `INT` lets PostgreSQL shut down cleanly. */
  readonly signal: 'INT' | 'TERM' | 'KILL';
  /** Seconds after which the group is killed. Unset: it is not killed. */
  readonly killAfterSeconds?: number;
}

/**
 * Stops a child and all its descendants when this process ends, for any reason. An `exit` handler
 * does not run after SIGKILL, and children would keep their ports and memory: a test run that is
 * killed must leave nothing behind.
 *
 * A shell waits for the end of its standard input, which only this process holds open. The kernel
 * closes it, so that no handler of this process has to run.
 *
 * @param child the leader of its process group (`detached: true`)
 */
export function endWithThisProcess(
  child: ChildProcess,
  { signal, killAfterSeconds }: LastSignal,
): void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const kill = (name: string): string => `kill -s ${name} -- -${pid}`;
  const commands = [
    'cat > /dev/null',
    kill(signal),
    ...(killAfterSeconds === undefined ? [] : [`sleep ${killAfterSeconds}`, kill('KILL')]),
  ];
  // Runs in a separate session, because a terminal's Ctrl-C must not end it before this process.
  const watcher = spawn('sh', ['-c', commands.join('; ')], {
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
    // Stops the shell first, because it must not signal another process that reuses the child's id.
    watcher.kill('SIGKILL');
    watcher.stdin.destroy();
  });
}
