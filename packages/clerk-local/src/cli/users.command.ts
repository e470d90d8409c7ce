import { findUsers, type FoundUser } from '../client/session-token.js';
import { type Command, parseOptions } from './command.js';
import { stateFileOf } from './data-folder.js';
import { accessHelp, findInstance } from './running-instance.js';

export const usersCommand: Command = {
  name: 'users',
  summary: 'lists the users of the running instance',
  help: `clerk-local users [options]

Prints one line per user, newest first: id, primary email address and name, separated by tabs.

  --data DIR     data folder of the running instance
  --state FILE   its state file, instead of --data

${accessHelp}`,
  async run(args, { environment, print }) {
    const data = parseOptions(args, ['data', 'state']);
    for (const user of await findUsers(await findInstance(stateFileOf(data), environment)))
      print(line(user));
  },
};

function line(user: FoundUser): string {
  const email = user.email_addresses.find(({ id }) => id === user.primary_email_address_id);
  const name = [user.first_name, user.last_name].filter((part) => part !== null).join(' ');
  return [user.id, email?.email_address ?? '', name].join('\t');
}
