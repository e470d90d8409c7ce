import {
  createReconciliation,
  type DatabaseClient,
  DrizzleUserRepository,
  NoMetrics,
  OncePerMinute,
} from '@populatte/nestjs-clerk-sync/internal';
import type { Environment } from '../infrastructure/config/env.schema.js';
import { describeDatabaseError } from '../infrastructure/database/explain-database-error.js';
import { applyMigrations, countPendingMigrations } from '../infrastructure/database/migrations.js';
import { toUser } from '../infrastructure/database/to-user.js';
import { users } from '../infrastructure/database/users.table.js';
import { type Console, UsageError } from './command-line.js';
import { parseReconcileArguments, reconcileHelp } from './reconcile-arguments.js';
import { showProgress } from './reconcile-progress.js';
import { describeResult, reconcileExitCode, toJson, warningsOf } from './reconcile-report.js';
import { withDatabase } from './with-database.js';

/**
 * `users reconcile`.
 *
 * @param readEnv reads the environment, once the arguments are validated
 * @param stop stops the run; the next one resumes it
 * @returns the exit code
 * @throws UsageError, EnvironmentError, and the errors of the use case
 */
export async function reconcileCommand(
  args: readonly string[],
  readEnv: () => Environment,
  console: Console,
  stop?: AbortSignal,
): Promise<number> {
  const parsed = parseReconcileArguments(args);
  if (parsed === 'help') {
    console.print(reconcileHelp.trimEnd());
    return 0;
  }
  const { json, ratePerSecond, ...options } = parsed;
  const env = readEnv();
  return withDatabase(env, console, 'users reconcile', async ({ db, writes, clock, fetch }) => {
    await prepareSchema(env, options.dryRun === true, db.$client);
    const outages = new OncePerMinute(clock);
    const useCase = createReconciliation({
      clerk: env.clerk,
      fetch,
      db,
      table: users,
      users: new DrizzleUserRepository(db, writes, { users, toUser }, clock),
      metrics: new NoMetrics(),
      clock,
      ...(ratePerSecond !== undefined && { ratePerSecond }),
      onWait: (message) => {
        console.note(message);
      },
      onOutage: ({ cause }) => {
        // Concurrent writes fail together, and one line explains the wait.
        if (!outages.isDue()) return;
        console.note(
          `The database cannot be used; retrying for a minute. ${describeDatabaseError(cause)}`,
        );
      },
    });
    const result = await useCase.execute(
      options,
      showProgress(console, () => clock.monotonic()),
      stop,
    );
    for (const warning of warningsOf(result)) console.note(warning);
    console.print(json ? JSON.stringify(toJson(result)) : describeResult(result, options));
    return reconcileExitCode(result, options);
  });
}

/** A dry run writes nothing, so it does not apply migrations either. */
async function prepareSchema(
  { database }: Environment,
  isDryRun: boolean,
  pool: DatabaseClient['pool'],
): Promise<void> {
  if (database.migrate && !isDryRun) {
    await applyMigrations(database.directUrl);
    return;
  }
  const client = await pool.connect();
  try {
    if ((await countPendingMigrations(client)) === 0) return;
  } finally {
    client.release();
  }
  throw new UsageError(
    'The database lacks migrations of this release, so nothing was compared. Start the API once, or run the command without --dry-run.',
  );
}
