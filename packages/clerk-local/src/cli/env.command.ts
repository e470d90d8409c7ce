import {
  environmentKinds,
  environmentOf,
  wholeEnvironment,
  type EnvironmentKind,
  type Variables,
} from '../server/environment-kinds.js';
import { parseOptions, UsageError, type Command } from './command.js';
import { dataFolderHelp, stateFileOf } from './data-folder.js';
import { readInstanceState } from './running-instance.js';

/** Help text that lists the kinds of application. */
export const environmentKindsHelp = environmentKinds.join('|');

export const envCommand: Command = {
  name: 'env',
  summary: "prints the instance's variables for a .env file",
  help: `clerk-local env [options]

Prints the variables that connect an application to the instance, as lines for a .env file. They
include the secret key.

  --kind KIND          ${environmentKindsHelp}; default: all of them
${dataFolderHelp}`,
  async run(args, { print }) {
    const options = parseOptions(args, ['data', 'state', 'kind']);
    const kind = environmentKindOption(options.kind, 'kind');
    const { url, keys } = await readInstanceState(stateFileOf(options));
    const instance = { url, ...keys };
    const variables =
      kind === undefined ? wholeEnvironment(instance) : environmentOf(kind, instance);
    for (const line of environmentLines(variables)) print(line);
  },
};

/** Formats variables as lines for a `.env` file. */
export function environmentLines(variables: Variables): string[] {
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

/**
 * Parses the option that names a kind of application.
 *
 * @throws {UsageError}
 */
export function environmentKindOption(
  value: string | undefined,
  name = 'env',
): EnvironmentKind | undefined {
  if (value === undefined) return undefined;
  const kind = environmentKinds.find((each) => each === value);
  if (kind !== undefined) return kind;
  throw new UsageError(`--${name} must be one of ${environmentKinds.join(', ')}, not "${value}".`);
}
