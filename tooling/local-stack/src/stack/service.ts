import type { Environment } from '../environment/environment.js';

/** The parameters of a start. */
export interface StartContext {
  /** The environment, with the variables that earlier services provide. */
  readonly environment: Environment;
  /**
   * Aborted when the start is cancelled; the service should then stop everything that it has
   * started.
   */
  readonly signal: AbortSignal;
  /** Prints a line of this service. */
  readonly print: (line: string) => void;
}

/** A part of the stack, which is a list of services in start order. */
export interface Service {
  readonly name: string;
  /** Resolves when the service is ready; rejects, with nothing left running, if it is not. */
  start(context: StartContext): Promise<RunningService>;
}

export interface RunningService {
  /** Its address, as shown to the user. */
  readonly address: string;
  /** Variables for the services after this one. */
  readonly provides: Environment;
  /** Resolves with its last lines when the service exits although `stop` was not called. */
  readonly died: Promise<string>;
  /** Called once every service of the stack is ready. */
  readonly whenAllReady?: () => Promise<void>;
  /** Stops the service, gracefully at first, within 12 s. */
  stop(): Promise<void>;
  /** Kills the service. */
  kill(): void;
}
