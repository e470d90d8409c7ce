import { join } from 'node:path';
import { loadEnvironment } from '../environment/environment.js';
import { assertLocalhost } from '../environment/localhost-check.js';
import { planStack, type StackPlan } from '../environment/plan.js';
import { assertPortsFree } from '../environment/port-check.js';
import { services, wantedPorts } from '../services/services.js';
import { removeStackFile } from '../stack/stack-file.js';
import { lockStack } from '../stack/stack-lock.js';
import { Stack } from '../stack/stack.js';
import { Terminal } from '../terminal/terminal.js';
import { announce } from './announce.js';
import { reportFailure } from './failure.js';
import { listenForStop, type StopRequest } from './stop-request.js';

/** Milliseconds until the services of a killed stack have exited. */
const leftoverMs = 13_000;
/** A shell's exit code for Ctrl-C. */
const interruptedCode = 130;

export interface StartOptions {
  /** The repository's root. */
  readonly root: string;
  /** Reload changed code. */
  readonly watch: boolean;
  /** The parent at the start of this process. The stack ends when that process ends. */
  readonly parentPid: number;
}

/**
 * Runs the stack until it is asked to stop or a service exits on its own.
 *
 * @returns the exit code: 0 if the stack was asked to stop
 */
export async function startCommand(options: StartOptions): Promise<number> {
  const terminal = new Terminal(process.stdout);
  const stop = listenForStop(options.parentPid);
  try {
    const plan = planStack(await loadEnvironment(options.root));
    await assertLocalhost(plan);
    const folder = join(options.root, '.local');
    const lock = await lockStack(folder);
    try {
      const waiting = assertPortsFree(
        wantedPorts(plan, options.root),
        lock.wasStale ? leftoverMs : 0,
      );
      const reason = await Promise.race([waiting.then(() => undefined), stop.requested]);
      if (reason !== undefined) return stopping(terminal, reason);
      return await run(plan, options, { folder, terminal, stop });
    } finally {
      await removeStackFile(folder);
      await lock.release();
    }
  } catch (error) {
    return reportFailure(error);
  } finally {
    stop.dispose();
  }
}

interface Surroundings {
  readonly folder: string;
  readonly terminal: Terminal;
  readonly stop: StopRequest;
}

async function run(
  plan: StackPlan,
  options: StartOptions,
  { folder, terminal, stop }: Surroundings,
): Promise<number> {
  const stack = new Stack(terminal);
  const starting = stack.start(services(plan, options), plan.environment);
  const announced = starting.then(async (environment) => {
    await announce({ folder, plan, environment, terminal });
    return new Promise<never>(() => undefined);
  });
  void stop.repeated.then(() => {
    stack.kill();
    process.exit(interruptedCode);
  });
  try {
    return await Promise.race([
      announced,
      stop.requested.then((reason) => stopping(terminal, reason)),
      stack.died.then(({ service, lastOutput }) => {
        terminal.error(`${service} exited unexpectedly. Its last output:\n${lastOutput}\n`);
        return 1;
      }),
    ]);
  } finally {
    await stack.stop(starting);
  }
}

/** @returns the exit code */
function stopping(terminal: Terminal, reason: string): number {
  terminal.print(`\nStopping everything (${reason}) …`);
  return 0;
}
