import { parseArgs } from 'node:util';
import type { Clock, HoldReason, ReconcileResult } from '@populatte/nestjs-clerk-sync';
import {
  createReconciliation,
  type DatabaseClient,
  DrizzleUserRepository,
  NoMetrics,
  type ReconcileOptions,
} from '@populatte/nestjs-clerk-sync/internal';
import type { Environment } from '../infrastructure/config/env.schema.js';
import { describeDatabaseError } from '../infrastructure/database/explain-database-error.js';
import { applyMigrations, countPendingMigrations } from '../infrastructure/database/migrations.js';
import { toUser } from '../infrastructure/database/to-user.js';
import { users } from '../infrastructure/database/users.table.js';
import { type Console, helpOption, UsageError, usageErrorOf } from './command-line.js';
import { showProgress } from './reconcile-progress.js';
import { withDatabase } from './with-database.js';

export const reconcileHelp = `Usage: npm run users:reconcile -- [OPTION…]

Brings all local users in line with Clerk: applies every profile that Clerk's Backend API lists, and
reports local users that Clerk does not have. It also imports existing users. It is safe during live
traffic, and the next run resumes an interrupted one.

  --dry-run          compare without writing
  --delete-missing   delete local users that Clerk does not have
  --max-deletions N  delete no users if more than N are missing (default: 1 % of the live
                     users, at least 1)
  --since ISO        apply only profiles that changed since then, such as 2026-01-31T12:00:00Z
  --restart          start from the beginning instead of resuming
  --rate N           requests to Clerk per second (default: 50 with live keys and 5 with test keys,
                     half of Clerk's limit)
  --json             print the result as JSON
  --help             this text

Exit codes: 0 in sync; 1 failed; 2 a dry run found differences; 3 deletions were held back.
`;

interface ReconcileArguments extends ReconcileOptions {
  readonly ratePerSecond?: number;
  readonly json: boolean;
}

/** @throws UsageError */
export function parseReconcileArguments(args: readonly string[]): ReconcileArguments | 'help' {
  const { values } = parseOptions(args);
  if (values.help === true) return 'help';
  const deleteMissing = values['delete-missing'] === true;
  const maxDeletions = wholeNumber('--max-deletions', values['max-deletions'], 0);
  const ratePerSecond = wholeNumber('--rate', values.rate, 1);
  const since = values.since === undefined ? undefined : pastMoment(values.since);
  if (since !== undefined && deleteMissing) {
    throw new UsageError(
      '--since lists only some of the users, so it cannot find missing ones: omit --delete-missing.',
    );
  }
  return {
    json: values.json === true,
    dryRun: values['dry-run'] === true,
    deleteMissing,
    restart: values.restart === true,
    ...(maxDeletions !== undefined && { maxDeletions }),
    ...(ratePerSecond !== undefined && { ratePerSecond }),
    ...(since !== undefined && { since }),
  };
}

const optionTypes = {
  'dry-run': { type: 'boolean' },
  'delete-missing': { type: 'boolean' },
  'max-deletions': { type: 'string' },
  since: { type: 'string' },
  restart: { type: 'boolean' },
  rate: { type: 'string' },
  json: { type: 'boolean' },
  ...helpOption,
} as const;

function parseOptions(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof optionTypes }>> {
  try {
    return parseArgs({ args: [...args], allowPositionals: false, options: optionTypes });
  } catch (cause) {
    throw usageErrorOf(cause);
  }
}

function wholeNumber(name: string, text: string | undefined, min: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text) || Number(text) < min) {
    throw new UsageError(`${name} must be a whole number of at least ${min}.`);
  }
  return Number(text);
}

/** A date, or a date with time and zone: without one, the result would depend on the machine. */
const isoMoment = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

function pastMoment(text: string): number {
  const at = isoMoment.test(text) && isRealDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) {
    throw new UsageError('--since must be a time in ISO 8601, such as 2026-01-31T12:00:00Z.');
  }
  // No profile would be compared, and the result would look as if all users were in sync.
  if (at > Date.now()) throw new UsageError('--since is in the future: no profile is that new.');
  return at;
}

/** V8 parses 30 February as 2 March. */
function isRealDay(day: string): boolean {
  const at = Date.parse(day);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

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
      onOutage: oncePerMinute(clock, ({ cause }) => {
        console.note(
          `The database cannot be used; retrying for a minute. ${describeDatabaseError(cause)}`,
        );
      }),
    });
    const result = await useCase.execute(
      options,
      showProgress(console, () => clock.monotonic()),
      stop,
    );
    for (const warning of warningsOf(result)) console.note(warning);
    console.print(json ? JSON.stringify(toJson(result)) : describeResult(result, options));
    return exitCodeOf(result, options);
  });
}

/** Concurrent writes fail together, and one line explains the wait. */
function oncePerMinute<T>(clock: Clock, report: (value: T) => void): (value: T) => void {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (value) => {
    const now = clock.monotonic();
    if (now - reportedAt < 60_000) return;
    reportedAt = now;
    report(value);
  };
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

/** @returns the members that the contract names */
export function toJson(result: ReconcileResult): Record<string, number | boolean> {
  const { scanned, created, updated, unchanged, stale, missing, deleted, heldBack } = result;
  const { requests, durationMs, resumed } = result;
  return {
    scanned,
    created,
    updated,
    unchanged,
    stale,
    missing,
    deleted,
    heldBack,
    requests,
    durationMs,
    resumed,
  };
}

export function exitCodeOf(result: ReconcileResult, options: ReconcileOptions): number {
  if (result.heldBackBecause !== null) return 3;
  const { created, updated, missing, notListed } = result;
  if (options.dryRun === true) return created + updated + missing + notListed > 0 ? 2 : 0;
  // Users that Clerk did not list may differ.
  return notListed > 0 ? 1 : 0;
}

const holds: Record<HoldReason, string> = {
  'other instance':
    'No user was deleted: the users in this database belong to a different Clerk instance than CLERK_SECRET_KEY. Check the keys. If the users were moved to this instance, run UPDATE user_reconciliation SET instance = NULL.',
  'unproven instance':
    'No user was deleted: Clerk has none of the local users, so the users may belong to a different Clerk instance. Check CLERK_SECRET_KEY.',
  'empty listing':
    'No user was deleted: Clerk lists no users. Check CLERK_SECRET_KEY: it may belong to another instance.',
  'short listing':
    'No user was deleted: Clerk lists fewer users than it counts. Run the command again later.',
  'too many':
    'No user was deleted: more users are missing than --max-deletions allows. Check some of them in the Clerk dashboard, then run the command with a higher --max-deletions.',
};

function warningsOf(result: ReconcileResult): string[] {
  return [
    ...(result.isOtherInstance && result.heldBackBecause === null
      ? [
          'The users in this database belong to a different Clerk instance than CLERK_SECRET_KEY. Check the keys.',
        ]
      : []),
    ...(result.notListed > 0 && result.heldBackBecause !== 'short listing'
      ? [
          `Users that Clerk counts but does not list: ${result.notListed}. Run the command again later.`,
        ]
      : []),
    ...(result.shared ? ['Another process did the work; this is its result.'] : []),
    ...(result.heldBackBecause === null ? [] : [holds[result.heldBackBecause]]),
  ];
}

function describeResult(result: ReconcileResult, options: ReconcileOptions): string {
  const [create, update] =
    options.dryRun === true ? ['to create', 'to update'] : ['created', 'updated'];
  const { scanned, created, updated, unchanged, stale, missing, deleted } = result;
  const lines = [
    `Users at Clerk: ${scanned} (${created} ${create}, ${updated} ${update}, ${unchanged} unchanged, ${stale} newer here or deleted).`,
    `Local users missing at Clerk: ${missing} (${deleted} deleted).`,
    `Requests to Clerk: ${result.requests}, in ${(result.durationMs / 1000).toFixed(1)} s${result.resumed ? ', resumed' : ''}.`,
  ];
  if (missing > 0 && options.deleteMissing !== true) {
    lines.push('To delete the missing users, run the command with --delete-missing.');
  }
  return lines.join('\n');
}
