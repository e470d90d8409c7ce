import type { BackendAccess } from '../client/backend-client.js';
import type { State } from '../domain/state/records.js';
import type { Environment } from '../server/environment.js';
import { readStateFile } from '../server/state-file.js';
import { UsageError } from './command.js';

/** The default state file of all commands. */
export const defaultStatePath = '.local/clerk-local.json';

/** Help text for commands that call a running instance. */
export const accessHelp = `Finds the running instance by --state FILE, else by CLERK_API_URL and
CLERK_SECRET_KEY, else by ${defaultStatePath}.`;

/**
 * Finds the running instance.
 *
 * @throws {UsageError} if neither a state file nor the environment names an instance
 */
export async function findInstance(
  statePath: string | undefined,
  { apiUrl, secretKey }: Environment,
): Promise<BackendAccess> {
  if (statePath === undefined && apiUrl !== undefined && secretKey !== undefined) {
    return { apiUrl, secretKey };
  }
  const { url, keys } = await readInstanceState(statePath);
  if (url === null) throw new UsageError('The instance of this state file has never been started.');
  return { apiUrl: url, secretKey: keys.secretKey };
}

/**
 * Reads the state of an instance.
 *
 * @throws {UsageError} if the state file does not exist
 */
export async function readInstanceState(statePath = defaultStatePath): Promise<State> {
  const state = await readStateFile(statePath);
  if (state) return state;
  throw new UsageError(
    `The state file ${statePath} does not exist. Start \`clerk-local serve\`, or set --state.`,
  );
}
