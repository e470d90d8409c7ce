import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readStackFile } from '../stack/stack-file.js';
import { StackError } from '../stack/stack-error.js';
import { seedUser } from '../services/seed-user.js';
import { reportFailure } from './failure.js';
import { newSessionToken } from './session-token.js';

const usage = `Prints a fresh session token of the local Clerk, valid for a minute.

Usage: npm run -s token [-- --user EMAIL]

  --user EMAIL   the user to sign in as (default: ${seedUser.email})
  --help         this text
`;

/**
 * The command behind `npm run token`: writes the token, and nothing else, to standard output.
 *
 * @returns the exit code
 */
export async function tokenCommand(root: string, args: readonly string[]): Promise<number> {
  try {
    const { values } = parse(args);
    process.stdout.write(values.help ? usage : `${await freshToken(root, values.user)}\n`);
    return 0;
  } catch (error) {
    const code = reportFailure(error);
    return error instanceof UsageError ? 2 : code;
  }
}

/** An invalid command line. */
class UsageError extends StackError {}

async function freshToken(root: string, email: string): Promise<string> {
  const { clerkLocal, origin } = await readStackFile(join(root, '.local'));
  if (clerkLocal !== null) return newSessionToken({ ...clerkLocal, origin, email });
  throw new StackError(
    'The stack uses your own Clerk application: sign in to it in the browser and get ' +
      "the token from there, with Clerk's getToken().",
  );
}

function parse(args: readonly string[]): { values: { help: boolean; user: string } } {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        user: { type: 'string', default: seedUser.email },
      },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split(/\. (?=To specify)|\n/)[0] : '';
    throw new UsageError(`${reason?.replace(/\.$/, '') ?? ''}. --help lists the options.`, {
      cause,
    });
  }
}
