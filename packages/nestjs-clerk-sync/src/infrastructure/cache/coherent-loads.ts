import type { Clock } from '../../core/clock.js';
import { InFlight } from '../../core/in-flight.js';

/** One load, from its start to its result. */
export interface Load<T> {
  readonly result: Promise<T>;
  /** By the monotonic clock, in milliseconds. */
  readonly startedAt: number;
  /** Whether a change arrived during the load: its result may be older than the change. */
  readonly isInvalidated: boolean;
}

interface RunningLoad<T, Question> extends Load<T> {
  readonly question: Question;
  isInvalidated: boolean;
}

/** Identifies a load. */
export interface LoadKey<Question> {
  readonly clerkId: string;
  /** Distinguishes loads of one user. */
  readonly question: Question;
}

/**
 * Deduplicates in-flight loads per user. `invalidate(clerkId)` marks running loads: later callers do not
 * share them, and their results are not cached.
 */
export class CoherentLoads<T, Question = string> {
  private readonly running = new InFlight<RunningLoad<T, Question>>();

  /** @param isSame whether two questions have the same answer */
  constructor(
    private readonly clock: Clock,
    private readonly isSame: (one: Question, other: Question) => boolean = Object.is,
  ) {}

  /**
   * @param key what is loaded
   * @param maxAgeMs a running load is shared only if it started less than this ago
   * @param work started unless a running load is shared
   * @param onSuccess receives the result of `work`, before callers do
   * @returns the result, and whether another caller had started it
   */
  run(
    { clerkId, question }: LoadKey<Question>,
    maxAgeMs: number,
    work: () => Promise<T>,
    onSuccess: (result: T, load: Load<T>) => void,
  ): { readonly result: Promise<T>; readonly isShared: boolean } {
    const startedAt = this.clock.monotonic();
    const shared = this.running.find(
      clerkId,
      (other) =>
        !other.isInvalidated &&
        startedAt - other.startedAt < maxAgeMs &&
        this.isSame(other.question, question),
    );
    if (shared !== undefined) return { result: shared.result, isShared: true };
    const load: RunningLoad<T, Question> = {
      question,
      startedAt,
      isInvalidated: false,
      result: work().then(
        (result) => {
          this.running.remove(clerkId, load);
          onSuccess(result, load);
          return result;
        },
        (cause: unknown) => {
          this.running.remove(clerkId, load);
          throw cause;
        },
      ),
    };
    this.running.add(clerkId, load);
    return { result: load.result, isShared: false };
  }

  /** Marks all running loads of this user. */
  invalidate(clerkId: string): void {
    this.running.forEach(clerkId, markInvalidated);
  }

  invalidateAll(): void {
    this.running.forEach(undefined, markInvalidated);
  }
}

function markInvalidated(load: { isInvalidated: boolean }): void {
  load.isInvalidated = true;
}
