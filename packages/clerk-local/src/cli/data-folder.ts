import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { explainUnwritable } from '../server/state-file.js';
import { stateFileName, statePathOf } from '../server/state-path.js';

/** The folder in which the instance keeps its state unless `--data` names another. */
const defaultDataFolder = '.clerk-local';

/** The state file of all commands unless `--data` or `--state` names another. */
export const defaultStatePath = path.join(defaultDataFolder, stateFileName);

/** Help text for the options that name the state file. */
export const dataFolderHelp = `  --data DIR           folder for keys, users and sessions, default: ${defaultDataFolder}
  --state FILE         the state file itself, instead of --data`;

/** The options that name the state file. */
export interface DataOptions {
  readonly data?: string | undefined;
  readonly state?: string | undefined;
}

/** Returns the path of the state file, if the options name it. */
export function stateFileOf({ data, state }: DataOptions): string | undefined {
  return statePathOf({ data, statePath: state });
}

/**
 * Creates the data folder, with a `.gitignore` that excludes it: it holds keys and password hashes.
 *
 * @returns the path of the state file in it
 * @throws {ClerkLocalError} `state_unwritable`
 */
export async function prepareStateFile(options: DataOptions): Promise<string> {
  if (options.state !== undefined) return options.state;
  const folder = options.data ?? defaultDataFolder;
  try {
    const created = await mkdir(folder, { recursive: true });
    if (created !== undefined) await writeFile(path.join(folder, '.gitignore'), '*\n');
  } catch (error) {
    throw explainUnwritable(folder, error);
  }
  return path.join(folder, stateFileName);
}
