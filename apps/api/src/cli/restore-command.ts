import { setTimeout as sleep } from 'node:timers/promises';
import { ClerkUserList, DrizzleUserRepository } from '@populatte/nestjs-clerk-sync/internal';
import type { Environment } from '../infrastructure/config/env.schema.js';
import { findUser } from '../infrastructure/database/find-user.js';
import { toUser } from '../infrastructure/database/to-user.js';
import { users } from '../infrastructure/database/users.table.js';
import { type Console, parseIdArguments } from './command-line.js';
import { type CommandDatabase, withDatabase } from './with-database.js';

const help = `Usage: npm run users:restore -- ID

Restores a user who was deleted by mistake, with Clerk's current profile. Nothing is written unless
Clerk's Backend API has the user. ID is a Clerk id (user_…) or a local id, which stays the same.
Data that the deletion erased is not restored.

  --help   this text

Exit codes: 0 the user is live; 1 the row or the user does not exist, or the command failed.
`;

/**
 * `users restore`.
 *
 * @param readEnv reads the environment, once the arguments are validated
 * @returns the exit code
 * @throws UsageError, EnvironmentError, and SyncUnavailableError if Clerk or the database is
 *   unavailable
 */
export async function restoreCommand(
  args: readonly string[],
  readEnv: () => Environment,
  console: Console,
): Promise<number> {
  const parsed = parseIdArguments(args);
  if (parsed === 'help') {
    console.print(help.trimEnd());
    return 0;
  }
  const env = readEnv();
  return withDatabase(env, console, 'users restore', (database) =>
    restore(parsed.id, env, database, console),
  );
}

async function restore(
  id: string,
  { clerk }: Environment,
  { db, writes, clock, fetch }: CommandDatabase,
  console: Console,
): Promise<number> {
  const row = await findUser(db, id);
  if (row === null) {
    console.note('There is no row for this id, so there is nothing to restore.');
    return 1;
  }
  if (row.deleted_at === null) {
    console.print(`${row.clerk_id} is live; nothing was written.`);
    return 0;
  }
  const listed = await new ClerkUserList({
    ...clerk,
    fetch,
    ratePerSecond: 1,
    now: () => clock.now(),
    sleep,
    onWait: (message) => {
      console.note(message);
    },
  }).find(row.clerk_id);
  const profile = listed?.profile ?? null;
  if (profile === null) {
    console.note(
      `Clerk has no user ${row.clerk_id}, so nothing was written. Check CLERK_SECRET_KEY: it may belong to another instance.`,
    );
    return 1;
  }
  const repository = new DrizzleUserRepository(db, writes, { users, toUser }, clock);
  const restored = await repository.restore(profile, 'backend_api');
  console.print(
    restored
      ? `${row.clerk_id} is live again, with the local id ${row.id}.`
      : `${row.clerk_id} was restored by another process in the meantime.`,
  );
  return 0;
}
