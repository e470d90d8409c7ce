import { spawn, type ChildProcess } from 'node:child_process';
import { settlesWithin } from '../process/deadline.js';
import { LastLines } from '../process/last-lines.js';
import type { Environment } from '../environment/environment.js';

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Environment;
  readonly onLine: (line: string) => void;
}

/** A program in a process group of its own, which ends with all that it started. */
export class ChildService {
  readonly #lines = new LastLines();
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #isAskedToEnd = false;
  /** Settles when it has ended: the exit code, or null where a signal ended it. */
  readonly exitCode: Promise<number | null>;
  /** Settles with its last words when it ended by itself. */
  readonly died: Promise<string>;

  constructor({ command, args, cwd, environment, onLine }: ChildOptions) {
    const child = spawn(command, args, {
      cwd,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A terminal's Ctrl-C is for the stack, which ends its services in their order.
      detached: true,
    });
    this.#lines.follow(child.stdout, onLine);
    this.#lines.follow(child.stderr, onLine);
    this.#child = child;
    this.exitCode = new Promise((resolve) => {
      child.once('error', (error) => {
        onLine(error.message);
        resolve(null);
      });
      child.once('exit', resolve);
    });
    this.#ended = this.exitCode.then(() => undefined);
    const closed = new Promise((resolve) => child.once('close', resolve));
    this.died = new Promise((resolve) => {
      void this.#ended.then(async () => {
        this.#killGroup();
        // What it wrote last is still to be read; a stranger that holds the pipe is not waited for.
        await settlesWithin(closed, 500);
        if (!this.#isAskedToEnd) resolve(this.#lines.toString());
      });
    });
    process.once('exit', this.#killGroup);
  }

  /** Asks it to end, and kills it, and what it started, when it has not within `timeoutMs`. */
  async stop(timeoutMs: number): Promise<void> {
    this.#isAskedToEnd = true;
    this.#child.kill('SIGTERM');
    await settlesWithin(this.#ended, timeoutMs);
    this.kill();
    await settlesWithin(this.#ended, 1_000);
  }

  kill(): void {
    this.#isAskedToEnd = true;
    this.#killGroup();
  }

  readonly #killGroup = (): void => {
    process.removeListener('exit', this.#killGroup);
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nobody is left in the group.
    }
  };
}
