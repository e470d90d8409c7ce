import type { ReconcileProgress } from '@populatte/nestjs-clerk-sync';
import type { Console } from './command-line.js';

/** Interval between lines without a terminal, and between redraws of the bar, in milliseconds. */
const intervals = { line: 5_000, bar: 100 } as const;

const barWidth = 24;

const phases: Record<ReconcileProgress['phase'], string> = {
  waiting: 'Waiting for another reconciliation',
  listing: 'Applying profiles',
  missing: 'Looking for missing users',
  confirming: 'Looking up missing users individually',
  deleting: 'Deleting missing users',
};

/**
 * Shows progress: a bar with rate and time left on a terminal, otherwise a line every 5 s and at the
 * start of each phase.
 *
 * @param now a monotonic clock, in milliseconds
 */
export function showProgress(
  console: Console,
  now: () => number,
): (progress: ReconcileProgress) => void {
  let phase: ReconcileProgress['phase'] | undefined;
  let phaseStartedAt = 0;
  let doneAtStart = 0;
  let shownAt = Number.NEGATIVE_INFINITY;
  let shownDone = -1;
  return (progress) => {
    const at = now();
    const isNew = progress.phase !== phase;
    if (isNew) {
      if (phase === undefined && progress.resumedAt !== null) {
        console.note(`Resuming an interrupted run after ${progress.resumedAt} users.`);
      }
      phase = progress.phase;
      phaseStartedAt = at;
      doneAtStart = progress.done;
    }
    const interval = console.redraw === undefined ? intervals.line : intervals.bar;
    const isFinished = progress.done === progress.total && progress.done !== shownDone;
    if (!isNew && at - shownAt < interval && !isFinished) return;
    shownAt = at;
    shownDone = progress.done;
    const perSecond =
      at > phaseStartedAt ? ((progress.done - doneAtStart) * 1000) / (at - phaseStartedAt) : 0;
    if (console.redraw !== undefined) console.redraw(describeBar(progress, perSecond));
    else console.note(describeLine(progress, perSecond));
  };
}

function describeBar(progress: ReconcileProgress, perSecond: number): string {
  const { done, total, phase } = progress;
  if (total === null || total === 0) return describeLine(progress, perSecond);
  const filled = Math.round(Math.min(1, done / total) * barWidth);
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
  const percent = Math.floor(Math.min(1, done / total) * 100);
  return `${phases[phase]} ${bar} ${percent} % · ${done}/${total}${describeSpeed(progress, perSecond)}`;
}

function describeLine(progress: ReconcileProgress, perSecond: number): string {
  const { done, total, phase } = progress;
  if (phase === 'waiting') return `${phases.waiting} …`;
  const of = total === null ? '' : ` of ${total}`;
  return `${phases[phase]}: ${done}${of}${describeSpeed(progress, perSecond)}`;
}

function describeSpeed({ done, total }: ReconcileProgress, perSecond: number): string {
  if (perSecond <= 0) return '';
  const rate = ` · ${Math.round(perSecond)}/s`;
  if (total === null || done >= total) return rate;
  return `${rate} · ${describeDuration((total - done) / perSecond)} left`;
}

/** @param seconds at least 0 */
export function describeDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}
