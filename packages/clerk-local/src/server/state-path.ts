import path from 'node:path';

/** The name of the state file in the data folder. */
export const stateFileName = 'state.json';

/** The options that name the state file. */
export interface StatePathOptions {
  readonly data?: string | undefined;
  readonly statePath?: string | undefined;
}

/** Returns the path of the state file, if the state is kept. */
export function statePathOf({ statePath, data }: StatePathOptions): string | undefined {
  return statePath ?? (data === undefined ? undefined : path.join(data, stateFileName));
}
