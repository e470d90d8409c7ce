import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithThisProcess } from '@populatte/local-stack';

const STOP_GRACE_MS = 12_000;
const POLL_MS = 50;

export interface ChildOptions {
  /** For messages: "The API". */
  readonly name: string;
  /** For `node`. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A Node program in a process group of its own, which ends with all that it started. */
export class Child {
  private readonly process: ChildProcess;
  private readonly ended: Promise<number | null>;
  private isRunning = true;
  private output = '';

  constructor(private readonly options: ChildOptions) {
    const { args, cwd, env } = options;
    this.process = spawn(process.execPath, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const keep = (text: string): void => {
      this.output = (this.output + text).slice(-20_000);
    };
    this.process.stdout?.setEncoding('utf8').on('data', keep);
    this.process.stderr?.setEncoding('utf8').on('data', keep);
    this.ended = new Promise((resolve) => {
      this.process.once('error', (error) => {
        keep(error.message);
        resolve(null);
      });
      this.process.once('close', resolve);
    });
    void this.ended.then(() => {
      this.isRunning = false;
    });
    // The runner may end without its teardown: nothing may outlive it.
    endWithThisProcess(this.process, { signal: 'KILL', group: true });
    process.once('exit', this.killGroup);
  }

  /** Waits for it to end by itself. @throws Error with its last words when it failed */
  async succeeded(): Promise<void> {
    const code = await this.ended;
    this.killGroup();
    if (code !== 0) throw this.failure(`ended with ${code ?? 'a signal'}`);
  }

  /** Waits until a URL answers 200. @throws Error with its last words when it does not in time */
  async answers(url: string, withinMs = 180_000): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (this.isRunning && performance.now() < deadline) {
      const status = await fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
        (response) => response.status,
        () => 0,
      );
      if (status === 200) return;
      await sleep(POLL_MS);
    }
    throw this.failure(this.isRunning ? `does not answer at ${url}` : 'has ended');
  }

  /** The newest of what it has written to stdout and stderr. */
  log(): string {
    return this.output;
  }

  signal(name: NodeJS.Signals): void {
    this.process.kill(name);
  }

  /** Asks it to end, and kills it and what it started when it has not in time. */
  async stop(): Promise<void> {
    this.process.kill('SIGTERM');
    const timer = setTimeout(this.killGroup, STOP_GRACE_MS);
    await this.ended;
    clearTimeout(timer);
    this.killGroup();
  }

  private failure(what: string): Error {
    return new Error(`${this.options.name} ${what}:\n${this.output.trim()}`);
  }

  private readonly killGroup = (): void => {
    process.removeListener('exit', this.killGroup);
    const { pid } = this.process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nobody is left in the group.
    }
  };
}
