/**
 * Waits for a result with a timeout. The work itself continues; it must end on its own.
 *
 * @param work the pending result
 * @param milliseconds the timeout
 * @param onTimeout creates the error to reject with after the timeout
 */
export function withDeadline<T>(
  work: Promise<T>,
  milliseconds: number,
  onTimeout: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(onTimeout());
    }, milliseconds);
    work.then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (cause: unknown) => {
        clearTimeout(timer);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the work rejected
        reject(cause);
      },
    );
  });
}
