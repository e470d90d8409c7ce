/** Deduplicates concurrent work per key. */
export class SingleFlight<T> {
  private readonly running = new Map<string, Promise<T>>();

  /**
   * @param key identifies the work
   * @param work started unless it is already running for this key
   * @returns the result of the running work; it is not cached
   */
  run(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.running.get(key);
    if (running !== undefined) return running;
    const started = work().finally(() => this.running.delete(key));
    this.running.set(key, started);
    return started;
  }
}
