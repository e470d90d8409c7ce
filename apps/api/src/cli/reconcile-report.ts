import type { HoldReason, ReconcileResult } from '@populatte/nestjs-clerk-sync';
import type { ReconcileOptions } from '@populatte/nestjs-clerk-sync/internal';

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

/** @returns the exit code that `reconcileHelp` explains */
export function reconcileExitCode(result: ReconcileResult, options: ReconcileOptions): number {
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

/** @returns what the operator should know about the result, one line each */
export function warningsOf(result: ReconcileResult): string[] {
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

/** @returns the result in plain text, for standard output */
export function describeResult(result: ReconcileResult, options: ReconcileOptions): string {
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
