import { mintSessionToken } from '../client/session-token.js';
import { UsageError, type Command, parseOptions } from './command.js';
import { accessHelp, findInstance } from './running-instance.js';

export const tokenCommand: Command = {
  name: 'token',
  summary: 'signs a user in and prints a session token',
  help: `clerk-local token --user EMAIL|ID [options]

Signs a user of the running instance in, and prints the session token and nothing else:

  curl -H "Authorization: Bearer $(clerk-local token --user ada@example.com)" …

  --user EMAIL|ID   who
  --origin URL      the page that the token is for (azp), such as http://localhost:3000
  --state FILE      of the running instance

${accessHelp}`,
  async run(args, { environment, print }) {
    const { user, origin, state } = parseOptions(args, ['user', 'origin', 'state']);
    if (user === undefined) throw new UsageError('--user EMAIL|ID is missing.');
    const access = await findInstance(state, environment);
    print(await mintSessionToken({ ...access, user, origin }));
  },
};
