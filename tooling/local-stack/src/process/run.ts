import { spawn } from 'node:child_process';

/** The account that a process runs under. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface RunResult {
  /** Exit code; `null` when a signal, the deadline among them, ended it. */
  readonly code: number | null;
  /** What it wrote to stdout and stderr, interleaved. */
  readonly output: string;
}

/**
 * Runs a program to its end, without a shell and away from this process's folder and environment.
 *
 * @param account whose rights it has; `undefined` for this process's own
 * @param timeoutMs after which it is killed
 * @throws the system's error when it cannot be started at all
 */
export async function run(
  program: string,
  args: readonly string[],
  { account, timeoutMs }: { account: Account | undefined; timeoutMs: number },
): Promise<RunResult> {
  const child = spawn(program, args, {
    ...account,
    // This process's folder may be closed to the account.
    cwd: '/',
    env: quietEnvironment,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}

/** Messages in English, times in UTC, and no secret of the caller's environment. */
export const quietEnvironment: NodeJS.ProcessEnv = {
  LC_ALL: 'C',
  TZ: 'UTC',
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
};
