import { randomInt } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, inject } from 'vitest';
import { showProgress } from './progress.js';

/** How many histories each property tries; `HISTORIES=100000 npm run test:properties` tries more. */
export const histories = Number(process.env['HISTORIES'] ?? 1_000);

/** What a failed run says of itself; given back, the same histories are retried. */
const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31 - 1));
const path = process.env['SEED_PATH'];

export interface Extent {
  /** How many histories, when nothing fails. */
  readonly count: number;
  /** How many are tried side by side, each with users of its own. */
  readonly sideBySide: number;
}

/**
 * Tries a property on many histories, several at a time, and says how far it is where that takes
 * long.
 *
 * @param name for progress, the run's count and the failure
 * @param holds rejects where the property does not hold
 * @throws Error with the smallest history that it does not hold for, and how to try that again
 */
export async function tryHistories<T>(
  name: string,
  { count, sideBySide: lanes }: Extent,
  arbitrary: fc.Arbitrary<T>,
  holds: (history: T) => Promise<void>,
): Promise<void> {
  let tried = 0;
  let failing: number | undefined;
  const endProgress = showProgress(() => `${name}: ${tried} of ${count} histories`);

  const lane = async (index: number): Promise<void> => {
    const property = fc.asyncProperty(arbitrary, async (history) => {
      // The others need not go on once one has found something, and makes it smaller.
      if (failing !== undefined && failing !== index) return;
      tried += 1;
      try {
        await holds(history);
      } catch (error) {
        failing ??= index;
        throw error;
      }
    });
    const numRuns = Math.floor(count / lanes) + (index < count % lanes ? 1 : 0);
    const details = await fc.check(property, {
      // A race that was lost once is run as often as there are lanes.
      ...(path === undefined ? { numRuns, seed: seed + index } : { path, numRuns: 1, seed }),
    });
    if (details.failed) throw new Error(report(details), { cause: details.errorInstance });
  };

  try {
    const settled = await Promise.allSettled(
      Array.from({ length: lanes }, (_, index) => lane(index)),
    );
    // Others may have failed too, but went on as if they had not.
    const first = settled[failing ?? 0];
    if (first?.status === 'rejected') throw first.reason;
  } finally {
    endProgress();
    appendFileSync(inject('triedHistories'), `${tried}\t${name}\n`);
  }
}

function report<T>(details: fc.RunDetails<[T]>): string {
  const again = `SEED=${details.seed} SEED_PATH=${details.counterexamplePath ?? ''}`;
  const command = `${again} npm run test:properties -w @populatte/api -- -t "${currentTest()}"`;
  return `${fc.defaultReportMessage(details) ?? ''}\n\nTo try this one again: ${command}`;
}

function currentTest(): string {
  return expect.getState().currentTestName?.replaceAll(' > ', ' ') ?? '';
}
