import { churn } from './churn.js';
import { clerkLocal } from './clerk-local.js';
import { coherence } from './coherence.js';
import { connectionsAtOnce } from './connections.js';
import { firstRequests } from './first-requests.js';
import { journal } from './journal.js';
import { memory } from './memory.js';
import { nodeVersions } from './node-versions.js';
import { processesOfTheApi } from './processes.js';
import { revocation } from './revocation.js';
import { rowsInTheTable } from './rows.js';
import type { Scenario } from './scenario.js';
import { steady } from './steady.js';
import { tracing } from './tracing.js';
import { web } from './web.js';

/** In the order in which they are run and shown. */
export const scenarios: readonly Scenario[] = [
  steady,
  firstRequests,
  journal,
  rowsInTheTable,
  connectionsAtOnce,
  processesOfTheApi,
  churn,
  tracing,
  nodeVersions,
  coherence,
  revocation,
  memory,
  clerkLocal,
  web,
];
