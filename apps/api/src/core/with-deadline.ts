/**
 * Waits for a result, but not for ever. The work itself goes on; it must have an end of its own.
 *
 * @param work what is waited for
 * @param milliseconds how long
 * @param onTimeout makes the error to reject with when the time is over
 */
export async function withDeadline<T>(
  work: Promise<T>,
  milliseconds: number,
  onTimeout: () => Error,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(onTimeout());
    }, milliseconds);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
