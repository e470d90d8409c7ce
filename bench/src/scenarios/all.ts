import type { Scenario } from './scenario.js';
import { steady } from './steady.js';

/** In the order in which they are run and shown. */
export const scenarios: readonly Scenario[] = [steady];
