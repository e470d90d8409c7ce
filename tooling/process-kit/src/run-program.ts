import { ChildProgram } from './child-program.js';
import { settlesWithin } from './waiting.js';

/** The account that a process runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface ProgramResult {
  /** The exit code; `null` when a signal ended it (the timeout sends one) or it could not start. */
  readonly code: number | null;
  /** Its output to stdout and stderr, interleaved. */
  readonly output: string;
}

export interface RunProgramOptions {
  /** Default: `/`, because this process's folder may be closed to the account. */
  readonly cwd?: string;
  readonly account?: Account | undefined;
  /** The whole environment. Default: `quietEnvironment`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which it is killed, with all its descendants. */
  readonly timeoutMs: number;
}

/**
 * Runs a program until it exits, without a shell. A program that cannot be started has no exit
 * code.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd = '/', account, env = quietEnvironment, timeoutMs }: RunProgramOptions,
): Promise<ProgramResult> {
  const child = ChildProgram.start(program, { args, cwd, account, env, keptOutput: Infinity });
  if (!(await settlesWithin(child.ended, timeoutMs))) child.kill();
  const { code } = await child.ended;
  return { code, output: child.output };
}

/** Messages in English, times in UTC, and no secrets of the caller. */
export const quietEnvironment: NodeJS.ProcessEnv = {
  LC_ALL: 'C',
  TZ: 'UTC',
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
};
