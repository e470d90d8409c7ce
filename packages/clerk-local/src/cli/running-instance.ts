import type { BackendAccess } from '../client/backend-client.js';
import type { InstanceKeys } from '../domain/state/instance-keys.js';
import type { Environment } from '../server/environment.js';
import { readStateFile } from '../server/state-file.js';
import { UsageError } from './command.js';
import { defaultStatePath } from './data-folder.js';

interface InstanceState {
  readonly url: string;
  readonly keys: InstanceKeys;
}

/** Help text for commands that call a running instance. */
export const accessHelp = `Finds the running instance by --data DIR or --state FILE, else by CLERK_API_URL and
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
  return { apiUrl: url, secretKey: keys.secretKey };
}

/**
 * Reads the URL and keys of an instance from its state file.
 *
 * @throws {UsageError} if the file does not exist, or the instance was never started
 */
export async function readInstanceState(statePath = defaultStatePath): Promise<InstanceState> {
  const state = await readStateFile(statePath);
  if (!state) {
    throw new UsageError(
      `The state file ${statePath} does not exist. Start \`clerk-local serve\`, or set --data or --state.`,
    );
  }
  const { url, keys } = state;
  if (url === null) throw new UsageError('The instance of this state file has never been started.');
  return { url, keys };
}
