import type { Environment } from '../environment.js';
import { databaseSettings } from './database-settings.js';
import { postgresVersions } from './postgres-versions.js';

/** In the order in which they run and are listed. */
export const environments: readonly Environment[] = [...postgresVersions, ...databaseSettings];
