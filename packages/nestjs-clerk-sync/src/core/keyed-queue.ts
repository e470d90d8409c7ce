import { InFlight } from './in-flight.js';

/**
 * Runs work with the same key sequentially, so that statements of this process about one row do not
 * block each other in the database.
 */
export class KeyedQueue {
  /** By key, the end of the last requested work. */
  private readonly queues = new InFlight<{ end: Promise<unknown> }>();

  /**
   * @param key what the work is about
   * @param timeoutMs how long the work may wait for its turn
   * @param onTimeout creates the error to reject with; the work is not started then
   */
  run<T>(
    key: string,
    work: () => Promise<T>,
    timeoutMs: number,
    onTimeout: () => Error,
  ): Promise<T> {
    const before = this.queues.find(key);
    const since = performance.now();
    const turn =
      before === undefined
        ? work()
        : before.end.then(() => {
            if (performance.now() - since > timeoutMs) throw onTimeout();
            return work();
          });
    const queue = before ?? { end: turn };
    const leave = (): void => {
      if (queue.end === end) this.queues.remove(key, queue);
    };
    // Registered before the caller's own handlers, so the turn is over when they run.
    const end: Promise<void> = turn.then(leave, leave);
    queue.end = end;
    if (before === undefined) this.queues.add(key, queue);
    return turn;
  }
}
