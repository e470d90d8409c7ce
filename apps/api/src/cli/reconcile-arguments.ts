import { parseArgs } from 'node:util';
import type { ReconcileOptions } from '@populatte/nestjs-clerk-sync/internal';
import { helpOption, UsageError, usageErrorOf } from './command-line.js';

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

/**
 * @param args without the name of the command
 * @throws UsageError
 */
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
