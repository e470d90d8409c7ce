import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { ClerkUserList } from '@populatte/nestjs-clerk-sync/internal';
import type { Environment } from '../infrastructure/config/env.schema.js';
import { Queries } from '../infrastructure/database/queries.js';
import type { Console } from './command-line.js';
import { findUser } from './find-user.js';
import { type CommandDatabase, parseIdArguments, withDatabase } from './with-database.js';

const help = `Usage: npm run users:restore -- ID

Makes the row of a deleted user live again, with the profile that Clerk has now: for a deletion by
mistake. Nothing is written unless Clerk's Backend API has the user. ID is a Clerk id (user_…) or a
local id, which stays the same. Data that the deletion erased does not come back.

  --help   this text

Exit codes: 0 the user is live, 1 there is no such row or user, or the command failed.
`;

/**
 * `users restore`.
 *
 * @param readEnv reads the environment, after the arguments were found valid
 * @returns the exit code
 * @throws UsageError, EnvironmentError, and SyncUnavailableError when Clerk or the database cannot
 *   answer
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
  return withDatabase(env, console, (database) => restore(parsed.id, env, database, console));
}

async function restore(
  id: string,
  { clerk }: Environment,
  { db, writes, clock }: CommandDatabase,
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
      `Clerk has no user ${row.clerk_id}, so nothing was written. Check CLERK_SECRET_KEY: it may be another instance’s.`,
    );
    return 1;
  }
  const { email, name, imageUrl, banned, version } = profile;
  const restored = await new Queries(db, writes).write(row.id, async (connection) => {
    const { rowCount } = await connection.execute(sql`
      with source as (select set_config('clerk_sync.source', 'backend_api', true))
      update users set
        email = ${email},
        name = ${name},
        image_url = ${imageUrl},
        profile_version = ${version.at},
        banned_at = case when ${banned === true} then to_timestamp(${version.at}::bigint / 1000.0) end,
        ban_version = ${banned === undefined ? 0 : version.at},
        updated_at = greatest(now(), updated_at),
        deleted_at = null
      from source
      where users.id = ${row.id} and deleted_at is not null`);
    return (rowCount ?? 0) > 0;
  });
  console.print(
    restored
      ? `${row.clerk_id} is live again, with the local id ${row.id}.`
      : `${row.clerk_id} was restored by another process meanwhile.`,
  );
  return 0;
}
