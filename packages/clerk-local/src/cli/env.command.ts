import { webEnvironment } from '../server/web-environment.js';
import { parseOptions, type Command } from './command.js';
import { defaultStatePath, readInstanceState } from './running-instance.js';

export const envCommand: Command = {
  name: 'env',
  summary: "prints the instance's variables for a .env file",
  help: `clerk-local env [options]

Prints the variables that connect an application to the instance, as lines for a .env file. They
include the secret key.

  --state FILE   default: ${defaultStatePath}`,
  async run(args, { print }) {
    const { state } = parseOptions(args, ['state']);
    const { url, keys } = await readInstanceState(state);
    // Servers read this name. A web app's variables cover the rest.
    print(`CLERK_PUBLISHABLE_KEY=${keys.publishableKey}`);
    for (const [name, value] of Object.entries(webEnvironment({ url, ...keys }))) {
      print(`${name}=${value}`);
    }
  },
};
