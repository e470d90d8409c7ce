import type { Load } from './load.js';

/** Interval between checks for due renewals, in milliseconds. */
const tick = 10;

/** Replaces requests one by one, evenly over the given time, until it is stopped. */
export function startRenewal(
  load: Load,
  renewal: { readonly requests: readonly string[]; readonly everyMs: number } | undefined,
): { stop(): void } {
  if (renewal === undefined) return { stop: () => undefined };
  const { requests, everyMs } = renewal;
  const begin = performance.now();
  let done = 0;
  const timer = setInterval(() => {
    const due = Math.min(
      requests.length,
      Math.floor(((performance.now() - begin) / everyMs) * requests.length),
    );
    for (; done < due; done += 1) load.renew(done, requests[done] ?? '');
  }, tick);
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}
