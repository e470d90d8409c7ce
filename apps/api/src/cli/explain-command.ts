import type { UserEvent } from '../core/events/user-journal.js';
import type { Environment } from '../infrastructure/config/env.schema.js';
import { DrizzleUserJournal } from '../infrastructure/database/drizzle-user-journal.js';
import { findUser, type FoundUser } from '../infrastructure/database/find-user.js';
import { Queries } from '../infrastructure/database/queries.js';
import { type Console, parseIdArguments } from './command-line.js';
import { withDatabase } from './with-database.js';

const help = `Usage: npm run users:explain -- ID [OPTION…]

Explains a user's row and its journal. ID is a Clerk id (user_…) or a local id.

  --show-personal-data   also print email, name and image URL
  --help                 this text

Exit codes: 0 printed; 1 the row does not exist, or the command failed.
`;

const showPersonalData = 'show-personal-data';

/** The maximum number of printed events. */
const maxEvents = 200;

/**
 * `users explain`.
 *
 * @param readEnv reads the environment, once the arguments are validated
 * @returns the exit code
 * @throws UsageError, EnvironmentError, and SyncUnavailableError if the database is unavailable
 */
export async function explainCommand(
  args: readonly string[],
  readEnv: () => Environment,
  console: Console,
): Promise<number> {
  const parsed = parseIdArguments(args, [showPersonalData]);
  if (parsed === 'help') {
    console.print(help.trimEnd());
    return 0;
  }
  return withDatabase(readEnv(), console, 'users explain', async ({ db, writes }) => {
    const user = await findUser(db, parsed.id);
    if (user === null) {
      console.note(
        'There is no row for this id: the user has sent no request, and no webhook about the user has arrived. npm run users:reconcile imports users from Clerk.',
      );
      return 1;
    }
    const journal = new DrizzleUserJournal(new Queries(db, writes));
    const events = await journal.list(user.id, null, maxEvents);
    const personal = parsed.switches.has(showPersonalData);
    console.print([...describeRow(user, personal), ...describeJournal(events)].join('\n'));
    return 0;
  });
}

function describeRow(user: FoundUser, showsPersonalData: boolean): string[] {
  const heading = `${user.clerk_id}, local id ${user.id}`;
  if (user.deleted_at !== null) {
    return [
      heading,
      `  Deleted at ${time(user.deleted_at)}: the row is kept without personal data, so that the user is not recreated by mistake.`,
      '  Requests get 401 user_deleted. If Clerk has the user, npm run users:restore restores the row.',
    ];
  }
  const version =
    user.version === 0 ? 'unknown' : `${time(user.version)}, the time at which Clerk said so`;
  return [
    heading,
    `  Live since ${time(user.created_at)}; the profile was last changed at ${time(user.updated_at)}.`,
    `  Version of the profile: ${version}. Older profiles do not change the row.`,
    user.banned_at === null
      ? '  Not banned.'
      : `  Banned at ${time(user.banned_at)}: tokens issued up to 1 s later get 401 user_banned.`,
    `  Sessions that ended within 24 hours: ${user.ended_sessions}. Their tokens get 401 session_ended.`,
    ...(['email', 'name', 'image_url'] as const).map((field) => {
      const value = user[field];
      return `  ${field}: ${value === null ? 'none' : showsPersonalData ? value : 'present (--show-personal-data prints it)'}`;
    }),
  ];
}

const sources: Readonly<Record<string, string>> = {
  token: 'a session token',
  webhook: 'a webhook',
  backend_api: 'Clerk’s Backend API',
  reconcile: 'users:reconcile',
  sql: 'an SQL statement of another program or an earlier release',
};

function describeJournal(events: readonly UserEvent[]): string[] {
  if (events.length === 0) return ['Journal: no events; they may have expired.'];
  const lines = events.toReversed().map(({ type, source, actor, changed, occurredAt }) => {
    const fields = changed.length > 0 ? `: ${changed.join(', ')}` : '';
    const impersonated = actor === null ? '' : ` of ${actor}, who impersonated the user`;
    return `  ${occurredAt}  ${type} by ${sources[source] ?? source}${impersonated}${fields}`;
  });
  const isCut = events.length === maxEvents;
  return [isCut ? `Journal, the last ${maxEvents} events:` : 'Journal:', ...lines];
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
