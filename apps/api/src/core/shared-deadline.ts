interface Waiting {
  /** Milliseconds by the monotonic clock. */
  readonly until: number;
  readonly giveUp: () => void;
}

/**
 * One time limit for many waits, with one timer for all of them: a timer for each costs more than
 * what most requests wait for.
 */
export class SharedDeadline {
  /** All wait equally long, so the first to come is the first to run out. */
  private readonly waiting = new Set<Waiting>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param milliseconds how long each waits
   * @param onTimeout makes the error to reject with when the time is over
   */
  constructor(
    private readonly milliseconds: number,
    private readonly onTimeout: () => Error,
  ) {}

  /**
   * Waits for a result, but not for ever. The work itself goes on; it must have an end of its own.
   *
   * @param work what is waited for
   */
  wait<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const entry: Waiting = {
        until: performance.now() + this.milliseconds,
        giveUp: () => {
          reject(this.onTimeout());
        },
      };
      this.waiting.add(entry);
      this.timer ??= setTimeout(this.expire, this.milliseconds);
      work.then(
        (result) => {
          this.waiting.delete(entry);
          resolve(result);
        },
        (cause: unknown) => {
          this.waiting.delete(entry);
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the work does
          reject(cause);
        },
      );
    });
  }

  private readonly expire = (): void => {
    this.timer = undefined;
    const now = performance.now();
    for (const entry of this.waiting) {
      if (entry.until > now) {
        // Timers have whole milliseconds, and may be early by a part of one.
        this.timer = setTimeout(this.expire, Math.ceil(entry.until - now));
        return;
      }
      this.waiting.delete(entry);
      entry.giveUp();
    }
  };
}
