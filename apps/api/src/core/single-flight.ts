/** Lets those who want the same thing at the same time share the work. */
export class SingleFlight<T> {
  private readonly running = new Map<string, Promise<T>>();

  /**
   * @param key what is wanted
   * @param work begun unless it is running for this key already
   * @returns what the running work resolves or rejects to; nothing of it is kept
   */
  run(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.running.get(key);
    if (running !== undefined) return running;
    const started = work().finally(() => this.running.delete(key));
    this.running.set(key, started);
    return started;
  }
}
