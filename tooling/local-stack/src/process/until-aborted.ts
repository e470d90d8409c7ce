/**
 * Waits for work, or until the signal aborts. The work itself goes on; the listener is removed
 * either way, because the signal may outlive many calls.
 *
 * @returns the work's result; undefined when the signal aborts first
 * @throws what the work throws
 */
export async function untilAborted<T>(
  signal: AbortSignal,
  work: Promise<T>,
): Promise<T | undefined> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => {
      resolve(undefined);
    };
  });
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
