import type { Toolbox } from './toolbox.js';

/** One environment that the product is tested in. */
export interface Environment {
  /** Unique, for instance `settings: DateStyle German`. */
  readonly name: string;
  /** Whether `npm test` runs it, too. */
  readonly fast?: boolean;
  /**
   * @returns details beyond "passed" (for instance "reported as unusable")
   * @throws Skip when this machine cannot provide the environment; any other error is a failure
   */
  run(tools: Toolbox): Promise<string | undefined>;
}

/** This machine cannot provide the environment. */
export class Skip extends Error {}

export interface Outcome {
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped, or what was seen. */
  readonly detail: string;
  readonly seconds: number;
}
