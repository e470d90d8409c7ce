import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ChildProgram } from '@populatte/process-kit';
import { z } from 'zod';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** The exit code and output of a command. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `node apps/api/dist/cli.js` with only these variables. */
export function startCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProgram {
  return ChildProgram.start(process.execPath, {
    name: 'The command',
    args: ['apps/api/dist/cli.js', ...args],
    cwd: repository,
    env: { ...env },
    keptOutput: Infinity,
  });
}

/** Runs the command until it exits. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  return resultOf(startCommand(args, env));
}

/** Runs the command with one of its outputs closed. @returns its exit code */
export async function runWithClosed(
  closed: 'stdout' | 'stderr',
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number | null> {
  const child = spawn(process.execPath, ['apps/api/dist/cli.js', ...args], {
    cwd: repository,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child[closed].destroy();
  child[closed === 'stdout' ? 'stderr' : 'stdout'].resume();
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/**
 * Runs the command with one of its outputs in a file on a full disk.
 *
 * @returns its exit code, and the text that the other stream received
 */
export async function runOnFullDisk(
  full: 'stdout' | 'stderr',
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const file = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, ['apps/api/dist/cli.js', ...args], {
    cwd: repository,
    env,
    stdio: ['ignore', full === 'stdout' ? file : 'pipe', full === 'stderr' ? file : 'pipe'],
  });
  closeSync(file);
  let output = '';
  const other = full === 'stdout' ? child.stderr : child.stdout;
  other?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** @returns the exit code and output of a started command */
export async function resultOf(command: ChildProgram): Promise<CommandResult> {
  const { code } = await command.ended;
  return { code, stdout: command.stdout, stderr: command.stderr };
}

const reconciled = z.strictObject({
  scanned: z.number(),
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  stale: z.number(),
  missing: z.number(),
  deleted: z.number(),
  heldBack: z.number(),
  requests: z.number(),
  durationMs: z.number(),
  resumed: z.boolean(),
});

/** @returns the output of `users reconcile --json` */
export function reconciledOf({ stdout, stderr }: CommandResult): z.infer<typeof reconciled> {
  if (stdout === '') throw new Error(`The command printed nothing: ${stderr}`);
  return reconciled.parse(JSON.parse(stdout));
}
