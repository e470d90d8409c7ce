import { randomInt } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, inject } from 'vitest';
import { showProgress } from './progress.js';

/** How many histories each property tries; `HISTORIES=100000 npm run test:properties` tries more. */
export const histories = Number(process.env['HISTORIES'] ?? 1_000);

/** The identification of a failed run, with which the same histories run again. */
const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31 - 1));
const path = process.env['SEED_PATH'];

export interface Extent {
  /** The number of histories, unless one fails. */
  readonly count: number;
  /** The number of concurrent histories, each with its own users. */
  readonly sideBySide: number;
}

/**
 * Checks a property on many histories, several at a time, and reports progress if that is slow.
 *
 * @param name for the progress, the count and the failure
 * @param holds rejects if the property does not hold
 * @throws Error with the smallest failing history and the command to run it again
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
      // Once one lane has found a failure and shrinks it, the others can stop.
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
      // A failure may depend on a race, so it is repeated once per lane.
      ...(path === undefined ? { numRuns, seed: seed + index } : { path, numRuns: 1, seed }),
    });
    if (details.failed) throw new Error(report(details), { cause: details.errorInstance });
  };

  try {
    const settled = await Promise.allSettled(
      Array.from({ length: lanes }, (_, index) => lane(index)),
    );
    // Other histories may have failed too; their failures are ignored.
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
  return `${fc.defaultReportMessage(details) ?? ''}\n\nTo run this history again: ${command}`;
}

function currentTest(): string {
  return expect.getState().currentTestName?.replaceAll(' > ', ' ') ?? '';
}
