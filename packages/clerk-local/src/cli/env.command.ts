import { environmentOf, wholeEnvironment } from '../server/environment-kinds.js';
import { parseOptions, type Command } from './command.js';
import { dataFolderHelp, stateFileOf } from './data-folder.js';
import {
  environmentKindOption,
  environmentKindsHelp,
  environmentLines,
} from './environment-lines.js';
import { readInstanceState } from './running-instance.js';

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
