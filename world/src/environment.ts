import type { TestContext } from './test-context.js';

/** An environment in which the product is tested. */
export interface Environment {
  /** Unique, for instance `settings: DateStyle German`. */
  readonly name: string;
  /** Whether `npm test` also runs it. */
  readonly fast?: boolean;
  /**
   * @returns details beyond "passed" (for instance "reported as unusable")
   * @throws Skip when this machine cannot provide the environment; any other error is a failure
   */
  run(context: TestContext): Promise<string | undefined>;
}

/** This machine cannot provide the environment. */
export class Skip extends Error {}

export interface Outcome {
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** The reason for a failure or a skip, or the observation. */
  readonly detail: string;
  readonly seconds: number;
}
