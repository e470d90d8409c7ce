/** The data that a test needs to call an instance. */
export interface RunningInstance {
  readonly url: string;
  readonly secretKey: string;
}

/** The instances that run in this process, by URL. */
const running = new Map<string, RunningInstance>();

/** @returns a function that removes the instance again */
export function addRunningInstance(instance: RunningInstance): () => void {
  running.set(instance.url, instance);
  return () => {
    running.delete(instance.url);
  };
}

/**
 * Finds an instance of this process.
 *
 * @param url of the instance, with or without a final slash
 */
export function findRunningInstance(url: string): RunningInstance | undefined {
  return running.get(url.replace(/\/$/, ''));
}
