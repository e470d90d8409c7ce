/** Milliseconds until the first line, and the maximum between two lines. */
const pauses = { first: 2_000, longest: 30_000 } as const;

/**
 * Reports the progress of slow work: first after two seconds, then at growing intervals.
 *
 * @param line creates the text of an update
 * @returns a function that stops it
 */
export function showProgress(line: () => string): () => void {
  let timer: NodeJS.Timeout;
  const wait = (pause: number): void => {
    timer = setTimeout(() => {
      process.stdout.write(`${line()}\n`);
      wait(Math.min(pause * 2, pauses.longest));
    }, pause);
  };
  wait(pauses.first);
  return () => {
    clearTimeout(timer);
  };
}
