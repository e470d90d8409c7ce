import { mintSessionToken } from '../client/session-token.js';
import { UsageError, type Command, parseOptions } from './command.js';
import { stateFileOf } from './data-folder.js';
import { accessHelp, findInstance } from './running-instance.js';

export const tokenCommand: Command = {
  name: 'token',
  summary: 'signs a user in and prints a session token',
  help: `clerk-local token --user EMAIL|ID [options]

Signs in a user of the running instance and prints only the session token:

  curl -H "Authorization: Bearer $(clerk-local token --user ada@example.com)" …

  --user EMAIL|ID   the user to sign in
  --origin URL      origin of the page (azp), such as http://localhost:3000
  --data DIR        data folder of the running instance
  --state FILE      its state file, instead of --data

${accessHelp}`,
  async run(args, { environment, print }) {
    const { user, origin, ...data } = parseOptions(args, ['user', 'origin', 'data', 'state']);
    if (user === undefined) throw new UsageError('--user EMAIL|ID is required.');
    const access = await findInstance(stateFileOf(data), environment);
    print(await mintSessionToken({ ...access, user, origin }));
  },
};
