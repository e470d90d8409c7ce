import { describe, expect, test } from 'vitest';
import {
  noCounts,
  type ReconcileProgress,
} from '@populatte/nestjs-clerk-sync/src/core/reconcile/reconciliation.js';
import { describeDuration, showProgress } from '../../../src/cli/reconcile-progress.js';

const listing = (done: number): ReconcileProgress => ({
  phase: 'listing',
  done,
  total: 10_000,
  counts: noCounts,
  resumedAt: null,
});

/** Reports progress at these times. */
function shown(
  isTerminal: boolean,
  steps: readonly (readonly [number, ReconcileProgress])[],
): string[] {
  const texts: string[] = [];
  let now = 0;
  const keep = (text: string): void => {
    texts.push(text);
  };
  const show = showProgress(
    { print: keep, note: keep, redraw: isTerminal ? keep : undefined },
    () => now,
  );
  for (const [at, progress] of steps) {
    now = at;
    show(progress);
  }
  return texts;
}

describe('showProgress', () => {
  test('draws a bar with rate and time left on a terminal', () => {
    expect(
      shown(true, [
        [0, listing(0)],
        [1_000, listing(2_500)],
      ]).at(-1),
    ).toBe('Applying profiles ██████░░░░░░░░░░░░░░░░░░ 25 % · 2500/10000 · 2500/s · 3 s left');
  });

  test('writes a line every 5 s without a terminal, and the last one', () => {
    const steps = [0, 1_000, 2_000, 6_000, 7_000].map((at) => [at, listing(at)] as const);
    expect(shown(false, [...steps, [8_000, listing(10_000)]])).toEqual([
      'Applying profiles: 0 of 10000',
      'Applying profiles: 6000 of 10000 · 1000/s · 4 s left',
      'Applying profiles: 10000 of 10000 · 1250/s',
    ]);
  });

  test('writes the last line once, even if it is reported again', () => {
    const last = listing(10_000);
    expect(
      shown(false, [
        [0, listing(0)],
        [1_000, last],
        [1_100, last],
      ]),
    ).toHaveLength(2);
  });

  test('says that a run is resumed', () => {
    expect(shown(false, [[0, { ...listing(700), resumedAt: 500 }]])[0]).toContain(
      'after 500 users',
    );
  });
});

test.each([
  [0.2, '1 s'],
  [61, '1 min 1 s'],
  [7_260, '2 h 1 min'],
])('%d seconds read %s', (seconds, text) => {
  expect(describeDuration(seconds)).toBe(text);
});
