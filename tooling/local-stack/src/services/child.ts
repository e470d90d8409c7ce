import {
  answersOk,
  ChildProgram,
  ProgramError,
  untilAborted,
  type LastSignal,
} from '@populatte/process-kit';
import { z } from 'zod';
import type { Environment } from '../environment/environment.js';
import { parseJson } from '../parse-json.js';
import type { RunningService, StartContext } from '../stack/service.js';
import { StackError } from '../stack/stack-error.js';

const readyTimeoutMs = 180_000;

/** If the stack is killed, its services shut down, or are killed if they do not. */
const lastSignal: LastSignal = { signal: 'TERM', killAfterSeconds: 2 };

export interface ChildOptions {
  /** The start of error messages. */
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Environment;
  readonly onLine: (line: string) => void;
}

/** Starts a program of the stack: Node unless `program` is given. */
export function startChild(
  { name, args, cwd, environment, onLine }: ChildOptions,
  program = process.execPath,
): ChildProgram {
  return ChildProgram.start(program, { name, args, cwd, env: environment, onLine, lastSignal });
}

export interface HttpServiceOptions extends Omit<ChildOptions, 'onLine'> {
  readonly address: string;
  /** Answers with a 2xx status once the service is ready. */
  readonly readyUrl: string;
  /** Milliseconds that a graceful shutdown may take. */
  readonly stopTimeoutMs: number;
  readonly provides: Environment;
}

/** The request id of the stack's readiness checks. */
const checkId = 'npm-start';

const checkLine = z.object({
  requestId: z.literal(checkId),
  msg: z.string(),
  status: z.number().optional(),
  err: z.unknown().optional(),
});

/** Prints each result of the checks once: they run ten times per second. */
function withoutRepeatedChecks(print: (line: string) => void): (line: string) => void {
  const printed = new Set<string>();
  return (line) => {
    const check = line.includes(checkId) ? checkLine.safeParse(parseJson(line)) : undefined;
    if (check?.success === true) {
      const result = JSON.stringify(check.data);
      if (printed.has(result)) return;
      printed.add(result);
    }
    print(line);
  };
}

/**
 * Starts a Node program that serves HTTP, and waits until it is ready.
 *
 * @throws StackError if it exits, the start is cancelled or the timeout elapses
 */
export async function startHttpService(
  { address, readyUrl, stopTimeoutMs, provides, ...options }: HttpServiceOptions,
  { signal, print }: Pick<StartContext, 'signal' | 'print'>,
): Promise<RunningService> {
  const child = startChild({ ...options, onLine: withoutRepeatedChecks(print) });
  const headers = { 'X-Request-Id': checkId };
  const waiting = child.until('become ready', () => answersOk(readyUrl, headers), {
    timeoutMs: readyTimeoutMs,
    intervalMs: 100,
  });
  try {
    await untilAborted(signal, waiting);
    if (signal.aborted) throw new StackError('The start was cancelled.');
  } catch (error) {
    await child.stop({ timeoutMs: stopTimeoutMs });
    // The child was stopped, so waiting for it fails; the first error is reported.
    await waiting.catch(() => undefined);
    if (!(error instanceof ProgramError)) throw error;
    const text = `${error.reason} Fix the cause, which its log above shows, and start again.`;
    throw new StackError(text, { cause: error });
  }
  return {
    address,
    provides,
    died: child.died,
    stop: () => child.stop({ timeoutMs: stopTimeoutMs }),
    kill: () => {
      child.kill();
    },
  };
}
