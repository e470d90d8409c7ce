import { InFlight } from './in-flight.js';

/** Deduplicates concurrent work per key. */
export class SingleFlight<T> {
  private readonly running = new InFlight<Promise<T>>();

  /**
   * @param key identifies the work
   * @param work started unless it is already running for this key
   * @returns the result of the running work; it is not cached
   */
  run(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.running.find(key);
    if (running !== undefined) return running;
    const started: Promise<T> = work().then(
      (result) => {
        this.running.remove(key, started);
        return result;
      },
      (cause: unknown) => {
        this.running.remove(key, started);
        throw cause;
      },
    );
    this.running.add(key, started);
    return started;
  }
}
