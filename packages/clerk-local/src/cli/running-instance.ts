import type { BackendAccess } from '../client/backend-client.js';
import type { State } from '../domain/state/records.js';
import type { Environment } from '../server/environment.js';
import { readStateFile } from '../server/state-file.js';
import { UsageError } from './command.js';

/** Where `serve` keeps its state, and where the other commands look for it. */
export const DEFAULT_STATE_PATH = '.local/clerk-local.json';

/** Lines for the help of every command that talks to a running instance. */
export const accessHelp = `The running instance is found by --state FILE, else by CLERK_API_URL and
CLERK_SECRET_KEY, else by ${DEFAULT_STATE_PATH}.`;

/**
 * How to reach the running instance.
 *
 * @throws {UsageError} where nothing names one
 */
export async function findInstance(
  statePath: string | undefined,
  { apiUrl, secretKey }: Environment,
): Promise<BackendAccess> {
  if (statePath === undefined && apiUrl !== undefined && secretKey !== undefined) {
    return { apiUrl, secretKey };
  }
  const { url, keys } = await readInstanceState(statePath);
  if (url === null) throw new UsageError('The instance of this state file has never started.');
  return { apiUrl: url, secretKey: keys.secretKey };
}

/** @throws {UsageError} where there is no state file */
export async function readInstanceState(statePath = DEFAULT_STATE_PATH): Promise<State> {
  const state = await readStateFile(statePath);
  if (state) return state;
  throw new UsageError(
    `There is no state file ${statePath}. Start \`clerk-local serve\`, or name its --state.`,
  );
}
