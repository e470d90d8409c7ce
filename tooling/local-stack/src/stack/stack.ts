import { settlesWithin } from '@populatte/process-kit';
import type { Environment } from '../environment/environment.js';
import type { RunningService, Service } from './service.js';

/** Receives the progress of the stack. */
export interface StackReporter {
  ready(service: string, address: string, milliseconds: number): void;
  line(service: string, line: string): void;
}

/** A service exited unexpectedly. */
export interface UnexpectedExit {
  readonly service: string;
  readonly lastOutput: string;
}

interface Member {
  readonly name: string;
  readonly running: RunningService;
}

/** Milliseconds until everything has stopped, gracefully or not. */
const stopTimeoutMs = 14_000;

/** Starts services in order and ends them in reverse order. */
export class Stack {
  private readonly members: Member[] = [];
  private readonly abort = new AbortController();
  private reportExit: (exit: UnexpectedExit) => void = () => undefined;
  /** Resolves when the first service exits on its own. */
  readonly died = new Promise<UnexpectedExit>((resolve) => {
    this.reportExit = resolve;
  });

  constructor(private readonly reporter: StackReporter) {}

  /**
   * Starts the services in order, each with the variables of the earlier ones.
   *
   * @returns the final environment
   * @throws the error of a service's start, or an `AbortError` when the start was cancelled;
   * earlier services keep running until `stop`
   */
  async start(services: readonly Service[], environment: Environment): Promise<Environment> {
    let current = environment;
    for (const service of services) {
      this.abort.signal.throwIfAborted();
      const begin = performance.now();
      const running = await service.start({
        environment: current,
        signal: this.abort.signal,
        print: (line) => {
          this.reporter.line(service.name, line);
        },
      });
      this.members.push({ name: service.name, running });
      void running.died.then((lastOutput) => {
        this.reportExit({ service: service.name, lastOutput });
      });
      this.reporter.ready(service.name, running.address, performance.now() - begin);
      current = { ...current, ...running.provides };
    }
    this.abort.signal.throwIfAborted();
    for (const { running } of this.members) await running.whenAllReady?.();
    return current;
  }

  /** Stops all services, the last one first. Cancels a start in progress. */
  async stop(starting: Promise<unknown>): Promise<void> {
    this.abort.abort();
    if (await settlesWithin(this.stopAll(starting), stopTimeoutMs)) return;
    this.kill();
  }

  /** Kills all services. */
  kill(): void {
    this.abort.abort();
    for (const { running } of this.members.toReversed()) running.kill();
  }

  private async stopAll(starting: Promise<unknown>): Promise<void> {
    // A cancelled start rejects or adds another service to stop.
    await starting.catch(() => undefined);
    for (const { name, running } of this.members.toReversed()) {
      await running.stop().catch((error: unknown) => {
        this.reporter.line(name, `did not stop: ${error instanceof Error ? error.message : ''}`);
        running.kill();
      });
    }
  }
}
