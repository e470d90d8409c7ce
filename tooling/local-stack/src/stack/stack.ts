import { settlesWithin } from '@populatte/process-kit';
import type { Environment } from '../environment/environment.js';
import type { RunningService, Service } from './service.js';

/** What the stack tells whoever watches it. */
export interface StackReporter {
  ready(service: string, address: string, milliseconds: number): void;
  line(service: string, line: string): void;
}

/** A service ended although nobody asked it to. */
export interface Death {
  readonly service: string;
  readonly lastWords: string;
}

interface Member {
  readonly name: string;
  readonly running: RunningService;
}

/** All of it has ended by then, gracefully or not. */
const stopTimeoutMs = 14_000;

/** Services that are started in order and ended in the reverse order. */
export class Stack {
  readonly #members: Member[] = [];
  readonly #abort = new AbortController();
  #reportDeath: (death: Death) => void = () => undefined;
  /** Settles when the first service ended although nobody asked it to. */
  readonly died = new Promise<Death>((resolve) => {
    this.#reportDeath = resolve;
  });

  constructor(private readonly reporter: StackReporter) {}

  /**
   * Starts the services one after the other, each with what those before it provide.
   *
   * @returns the environment in the end
   * @throws what a service's start threw, or an `AbortError` when it was called off; the services before it keep running until `stop`
   */
  async start(services: readonly Service[], environment: Environment): Promise<Environment> {
    let current = environment;
    for (const service of services) {
      this.#abort.signal.throwIfAborted();
      const begin = performance.now();
      const running = await service.start({
        environment: current,
        signal: this.#abort.signal,
        print: (line) => {
          this.reporter.line(service.name, line);
        },
      });
      this.#members.push({ name: service.name, running });
      void running.died.then((lastWords) => {
        this.#reportDeath({ service: service.name, lastWords });
      });
      this.reporter.ready(service.name, running.address, performance.now() - begin);
      current = { ...current, ...running.provides };
    }
    this.#abort.signal.throwIfAborted();
    for (const { running } of this.#members) await running.whenAllReady?.();
    return current;
  }

  /** Ends every service, the last one first. Calls off a start that is under way. */
  async stop(starting: Promise<unknown>): Promise<void> {
    this.#abort.abort();
    if (await settlesWithin(this.#stopAll(starting), stopTimeoutMs)) return;
    this.kill();
  }

  /** Ends every service at once. */
  kill(): void {
    this.#abort.abort();
    for (const { running } of this.#members.toReversed()) running.kill();
  }

  async #stopAll(starting: Promise<unknown>): Promise<void> {
    // A start that was called off rejects, or ends with one more service to stop.
    await starting.catch(() => undefined);
    for (const { name, running } of this.#members.toReversed()) {
      await running.stop().catch((error: unknown) => {
        this.reporter.line(name, `did not stop: ${error instanceof Error ? error.message : ''}`);
        running.kill();
      });
    }
  }
}
