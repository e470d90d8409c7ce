import type { ReconcileOptions } from './reconciliation.js';

/** Options of a run and its rate, as an application passes them. */
interface RunOptions extends ReconcileOptions {
  readonly ratePerSecond?: number;
}

const flags = ['dryRun', 'deleteMissing', 'restart'] as const;

/**
 * Refuses options that would run something other than the caller means: JavaScript applications, and
 * unset variables, can pass values that the types forbid, and NaN is a number.
 *
 * @throws TypeError that names the option
 */
export function assertRunnable(options: RunOptions): void {
  const { maxDeletions, since, ratePerSecond, deleteMissing } = options;
  for (const name of flags) {
    refuseUnless(isUnsetOr(options[name], isBoolean), `${name}: pass true or false`);
  }
  refuseUnless(
    isUnsetOr(maxDeletions, (value) => isNumber(value) && value >= 0),
    'maxDeletions: pass a number of users, 0 or more',
  );
  refuseUnless(
    isUnsetOr(since, (value) => isNumber(value) && Number.isFinite(value)),
    'since: pass milliseconds since the epoch',
  );
  refuseUnless(
    since === undefined || deleteMissing !== true,
    'since: omit it with deleteMissing: it lists only some of the users, so it cannot find missing ones',
  );
  refuseUnless(
    isUnsetOr(ratePerSecond, (value) => isNumber(value) && value > 0 && Number.isFinite(value)),
    'ratePerSecond: pass a number of requests over 0',
  );
}

function refuseUnless(isRight: boolean, message: string): void {
  if (!isRight) throw new TypeError(`ClerkSync.reconcile: ${message}.`);
}

function isUnsetOr(value: unknown, isRight: (value: unknown) => boolean): boolean {
  return value === undefined || isRight(value);
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

/** NaN does not count. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}
