import type { Section } from '../report/section.js';
import type { World } from '../world/world.js';
import type { Variant } from './variants.js';

/** How thoroughly to measure. */
export interface Thoroughness {
  readonly quick: boolean;
  /** Rounds over which medians are taken. */
  readonly rounds: number;
  /** How long each variant is measured in each round, in milliseconds. */
  readonly measureMs: number;
  /** Milliseconds of load before anything is measured. */
  readonly warmUpMs: number;
  /** Number of users that send requests in turn, unless a scenario overrides it. */
  readonly users: number;
}

/** What a scenario measures with. */
export interface ScenarioContext extends Thoroughness {
  readonly world: World;
  /** Other `node` executables to compare with that of this process. */
  readonly nodes: readonly string[];
  /** The variants of the steady scenario. */
  readonly variants: readonly Variant[];
  /** Prints progress. */
  readonly log: (line: string) => void;
}

/** A scenario to measure. */
export interface Scenario {
  readonly id: string;
  run(context: ScenarioContext): Promise<Section>;
}
