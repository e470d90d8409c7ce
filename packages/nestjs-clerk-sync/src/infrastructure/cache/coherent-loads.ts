import type { Clock } from '../../core/clock.js';

/** One load, from its start to its result. */
export interface Load<T> {
  readonly result: Promise<T>;
  /** By the monotonic clock, in milliseconds. */
  readonly startedAt: number;
  /** Whether a change arrived during the load: its result may be older than the change. */
  readonly isInvalidated: boolean;
}

interface RunningLoad<T> extends Load<T> {
  readonly question: string;
  isInvalidated: boolean;
}

/** Identifies a load. */
export interface LoadKey {
  readonly clerkId: string;
  /** Distinguishes loads of one user. */
  readonly question: string;
}

/**
 * Deduplicates in-flight loads per user. `invalidate(clerkId)` detaches running loads: later callers
 * do not share them, and their results are marked, so that they are not cached.
 */
export class CoherentLoads<T> {
  private readonly running = new Map<string, Set<RunningLoad<T>>>();

  constructor(private readonly clock: Clock) {}

  /**
   * @param key what is loaded
   * @param maxAgeMs a running load is shared only if it started less than this ago
   * @param work started unless a running load is shared
   * @param onSuccess receives the result of `work`, before callers do
   * @returns the result, and whether another caller had started it
   */
  run(
    { clerkId, question }: LoadKey,
    maxAgeMs: number,
    work: () => Promise<T>,
    onSuccess: (result: T, load: Load<T>) => void,
  ): { readonly result: Promise<T>; readonly isShared: boolean } {
    const loads = this.loadsOf(clerkId);
    const startedAt = this.clock.monotonic();
    for (const load of loads) {
      if (load.question === question && startedAt - load.startedAt < maxAgeMs)
        return { result: load.result, isShared: true };
    }
    const load: RunningLoad<T> = {
      question,
      startedAt,
      isInvalidated: false,
      result: work().then(
        (result) => {
          this.end(clerkId, loads, load);
          onSuccess(result, load);
          return result;
        },
        (cause: unknown) => {
          this.end(clerkId, loads, load);
          throw cause;
        },
      ),
    };
    loads.add(load);
    return { result: load.result, isShared: false };
  }

  /** Detaches all running loads of this user. */
  invalidate(clerkId: string): void {
    const loads = this.running.get(clerkId);
    if (loads === undefined) return;
    for (const load of loads) load.isInvalidated = true;
    this.running.delete(clerkId);
  }

  invalidateAll(): void {
    for (const clerkId of [...this.running.keys()]) this.invalidate(clerkId);
  }

  private loadsOf(clerkId: string): Set<RunningLoad<T>> {
    let loads = this.running.get(clerkId);
    if (loads === undefined) {
      loads = new Set();
      this.running.set(clerkId, loads);
    }
    return loads;
  }

  private end(clerkId: string, loads: Set<RunningLoad<T>>, load: RunningLoad<T>): void {
    loads.delete(load);
    // After an invalidation there may be a new set under the same key.
    if (loads.size === 0 && this.running.get(clerkId) === loads) this.running.delete(clerkId);
  }
}
