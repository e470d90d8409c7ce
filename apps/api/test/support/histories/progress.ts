/** Milliseconds until the first line, and at most between two. */
const pauses = { first: 2_000, longest: 30_000 } as const;

/**
 * Says how far something is that takes long, first after two seconds and then less and less often.
 *
 * @param line is called for each update
 * @returns ends it
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
