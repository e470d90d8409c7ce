import { webEnvironment } from '../server/web-environment.js';
import { UsageError, type Command, parseOptions } from './command.js';
import { DEFAULT_STATE_PATH, readInstanceState } from './running-instance.js';

export const envCommand: Command = {
  name: 'env',
  summary: "prints the instance's variables for a .env file",
  help: `clerk-local env [options]

Prints what an application needs to use the instance, as lines for a .env file. They hold its
secret key.

  --state FILE   ${DEFAULT_STATE_PATH} by default`,
  async run(args, { print }) {
    const { state } = parseOptions(args, ['state']);
    const { url, keys } = await readInstanceState(state);
    if (url === null) throw new UsageError('The instance of this state file has never started.');
    // The name for servers; the rest of a server's variables a web app has too.
    print(`CLERK_PUBLISHABLE_KEY=${keys.publishableKey}`);
    for (const [name, value] of Object.entries(webEnvironment({ url, ...keys }))) {
      print(`${name}=${value}`);
    }
  },
};
