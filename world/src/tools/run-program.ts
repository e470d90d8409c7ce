import { spawn } from 'node:child_process';
import { machineEnvironment } from './machine-environment.js';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface ProgramResult {
  /** `null` if a signal, for instance that of the timeout, ended it. */
  readonly code: number | null;
  /** Standard output and standard error. */
  readonly output: string;
}

/**
 * Runs a program to its end.
 *
 * @param timeoutMs after which it is killed
 */
export function runProgram(
  program: string,
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly account?: Account | undefined;
    readonly env?: NodeJS.ProcessEnv;
    readonly timeoutMs: number;
  },
): Promise<ProgramResult> {
  const { account, cwd = '/', env = machineEnvironment, timeoutMs } = options;
  const child = spawn(program, args, {
    ...account,
    ...{ cwd, env, timeout: timeoutMs, killSignal: 'SIGKILL' },
    stdio: ['ignore', 'pipe', 'pipe'],
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
