/**
 * Runs work about the same key one after the other, so that statements of this process about one row
 * do not hold each other up in the database.
 */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /**
   * @param key what the work is about
   * @param timeoutMs how long the work may wait for its turn
   * @param onTimeout makes the error to reject with; the work is then not done at all
   */
  async take<T>(
    key: string,
    work: () => Promise<T>,
    timeoutMs: number,
    onTimeout: () => Error,
  ): Promise<T> {
    const before = this.last.get(key);
    const since = performance.now();
    const turn =
      before === undefined
        ? work()
        : before.then(() => {
            if (performance.now() - since > timeoutMs) throw onTimeout();
            return work();
          });
    const end = turn.then(
      () => undefined,
      () => undefined,
    );
    this.last.set(key, end);
    try {
      return await turn;
    } finally {
      if (this.last.get(key) === end) this.last.delete(key);
    }
  }
}
