import type { Environment } from '../environment/environment.js';

/** What a service is started with. */
export interface StartContext {
  /** The environment, with what the services before this one provide. */
  readonly environment: Environment;
  /** Aborted when the start is called off; a service that heeds it ends what it has begun. */
  readonly signal: AbortSignal;
  /** Shows a line of this service. */
  readonly print: (line: string) => void;
}

/** One part of the stack. The list of them, in the order of their start, is the whole stack. */
export interface Service {
  readonly name: string;
  /** Resolves when the service is ready to be used; rejects, with nothing left running, if not. */
  start(context: StartContext): Promise<RunningService>;
}

export interface RunningService {
  /** Where it is, for people. */
  readonly address: string;
  /** Variables that the services after this one are given. */
  readonly provides: Environment;
  /** Settles, with its last words, when the service ended although `stop` did not ask it to. */
  readonly died: Promise<string>;
  /** Called once every service of the stack is ready. */
  readonly whenAllReady?: () => Promise<void>;
  /** Ends the service, gracefully at first, within 12 s. */
  stop(): Promise<void>;
  /** Ends the service at once. */
  kill(): void;
}
