import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { endWithThisProcess, type LastSignal } from './end-with-this-process.js';
import { ProgramEndedError, ProgramError } from './program-error.js';
import type { Account } from './run-program.js';
import { poll, settlesWithin, type PollOptions } from './waiting.js';

/** The exit code and signal of a process. Both are `null` when it could not be started. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildProgramOptions {
  /** The start of error messages, such as "The API". Default: the program. */
  readonly name?: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** The whole environment. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** The account that it runs as. Default: this process's. */
  readonly account?: Account | undefined;
  /** Receives each line of stdout and stderr. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** A file descriptor that receives stdout, which is not kept in memory then. */
  readonly stdout?: number;
  /** How many characters of its latest output are kept. Default: 20,000. */
  readonly keptOutput?: number;
  /**
   * The signal that its process group receives after this process has ended. Default: KILL.
   * `false`: the group keeps running.
   */
  readonly lastSignal?: LastSignal | false;
}

/**
 * A child process in its own process group. The whole group ends when the child is stopped or
 * exits, and when this process ends, even by SIGKILL.
 *
 * The separate group also shields it from a terminal's Ctrl-C, so that this process decides the
 * order in which its children end.
 *
 * @example
 * const api = ChildProgram.start(process.execPath, { name: 'The API', args: ['dist/main.js'] });
 * await api.until('listens', () => acceptsConnections(port), { timeoutMs: 60_000 });
 * await api.stop({ timeoutMs: 10_000 });
 */
export class ChildProgram {
  /** Its output: stdout and stderr separately, and both in the order of arrival. */
  stdout = '';
  stderr = '';
  output = '';
  /** Its exit code and signal; unset while it runs. */
  exit: Exit | undefined;
  /** Resolves when it has exited. */
  readonly ended: Promise<Exit>;
  /** Resolves with its last lines when it exits although neither `stop` nor `kill` was called. */
  readonly died: Promise<string>;
  private stopRequested = false;

  private constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
    { onLine, keptOutput = 20_000, lastSignal = { signal: 'KILL' } }: ChildProgramOptions,
  ) {
    const keep = (text: string): void => {
      this.output = (this.output + text).slice(-keptOutput);
    };
    const read = (stream: Readable | null, collect: (text: string) => void): void => {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        collect(text);
        keep(text);
      });
      if (stream === null || onLine === undefined) return;
      createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine);
    };
    read(child.stdout, (text) => (this.stdout = (this.stdout + text).slice(-keptOutput)));
    read(child.stderr, (text) => (this.stderr = (this.stderr + text).slice(-keptOutput)));

    const closed = new Promise((resolve) => child.once('close', resolve));
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => {
        // A signal that cannot be delivered is also reported here.
        if (child.pid !== undefined) return;
        keep(error.message);
        onLine?.(error.message);
        this.exit = { code: null, signal: null };
        resolve(this.exit);
      });
      child.once('exit', (code, signal) => {
        this.signalGroup('SIGKILL');
        // Its last output has not been read yet. A process outside the group may hold the pipe open.
        void settlesWithin(closed, 500).then(() => {
          this.exit = { code, signal };
          resolve(this.exit);
        });
      });
    });
    this.died = new Promise((resolve) => {
      void this.ended.then(() => {
        if (!this.stopRequested) resolve(this.lastLines());
      });
    });

    if (lastSignal === false) return;
    endWithThisProcess(child, lastSignal);
    const atExit = (): void => {
      this.signalGroup(`SIG${lastSignal.signal}`);
    };
    exitHandlers.add(atExit);
    child.once('exit', () => exitHandlers.delete(atExit));
  }

  /** Starts a program, without a shell. `ended` reports a failed start. */
  static start(program: string, options: ChildProgramOptions = {}): ChildProgram {
    const { name = program, args = [], cwd, env, account, stdout = 'pipe' } = options;
    const child = spawn(program, args, {
      ...account,
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      stdio: ['ignore', stdout, 'pipe'],
      detached: true,
    });
    return new ChildProgram(name, child, options);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isRunning(): boolean {
    const { pid, exitCode, signalCode } = this.child;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  /** Signals the process itself, not its group. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /**
   * Waits until a condition holds while the process runs.
   *
   * @param what completes "The API did not …", for instance "answer"
   * @param attempt `undefined` and `false` mean "not yet"
   * @throws ProgramEndedError if the process exits first, ProgramError after the timeout
   */
  async until<T>(
    what: string,
    attempt: () => T | Promise<T>,
    options: PollOptions,
  ): Promise<Exclude<T, undefined | false>> {
    const value = await poll(() => {
      if (!this.isRunning) throw new EndedEarly();
      return attempt();
    }, options).catch((error: unknown) => {
      if (!(error instanceof EndedEarly)) throw error;
    });
    if (value !== undefined) return value;
    if (this.isRunning) {
      const reason = `${this.name} did not ${what} within ${options.timeoutMs / 1_000} s.`;
      throw new ProgramError(reason, this.lastLines());
    }
    await this.ended;
    const reason = `${this.name} ${this.exitText()} before it could ${what}.`;
    throw new ProgramEndedError(reason, this.lastLines());
  }

  /** Waits until it exits on its own. @throws ProgramEndedError unless it exits with 0 */
  async succeeded(): Promise<void> {
    if ((await this.ended).code === 0) return;
    throw new ProgramEndedError(`${this.name} ${this.exitText()}.`, this.lastLines());
  }

  /** Sends a signal (default: SIGTERM), and kills the group after `timeoutMs`. */
  async stop({
    signal = 'SIGTERM',
    timeoutMs,
  }: {
    readonly signal?: NodeJS.Signals;
    readonly timeoutMs: number;
  }): Promise<void> {
    this.stopRequested = true;
    if (this.isRunning) this.signal(signal);
    if (await settlesWithin(this.ended, timeoutMs)) return;
    this.kill();
    await settlesWithin(this.ended, 2_000);
  }

  /** Kills it and everything that it started. */
  kill(): void {
    this.stopRequested = true;
    // After its exit, another process may have its id.
    if (this.isRunning) this.signalGroup('SIGKILL');
  }

  /** The latest lines of its output. */
  lastLines(count = 40): string {
    return this.output.trimEnd().split('\n').slice(-count).join('\n');
  }

  private exitText(): string {
    const { code, signal } = this.exit ?? { code: null, signal: null };
    if (signal !== null) return `was ended by ${signal}`;
    return code === null ? 'could not be started' : `ended with exit code ${code}`;
  }

  private signalGroup(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is empty.
    }
  }
}

/** One listener for all children: Node warns about more than ten. */
const exitHandlers = new Set<() => void>();
process.on('exit', () => {
  for (const handler of exitHandlers) handler();
});

/** Ends the polling in `until`. */
class EndedEarly extends Error {}
