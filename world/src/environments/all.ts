import type { Environment } from '../environment.js';
import { browsers } from './browsers.js';
import { clocks } from './clocks.js';
import { databaseSettings } from './database-settings.js';
import { edgeRuntime } from './edge-runtime.js';
import { failover } from './failover.js';
import { growth } from './growth.js';
import { images } from './images.js';
import { nodeVersions } from './node-versions.js';
import { poolers } from './poolers.js';
import { postgresVersions } from './postgres-versions.js';
import { previousRelease } from './previous-release.js';
import { reconciliation } from './reconciliation.js';
import { rollingRestarts } from './rolling-restarts.js';

/** In the order in which they run and are listed. */
export const environments: readonly Environment[] = [
  ...postgresVersions,
  ...databaseSettings,
  ...poolers,
  ...failover,
  ...nodeVersions,
  ...edgeRuntime,
  ...clocks,
  ...rollingRestarts,
  ...growth,
  ...previousRelease,
  ...reconciliation,
  ...images,
  ...browsers,
];
