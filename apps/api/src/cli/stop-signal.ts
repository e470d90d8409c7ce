/**
 * Signals within this time count as one, in milliseconds: under npm, a single Ctrl+C arrives both
 * from the terminal and from npm.
 */
const sameRequestMs = 500;

/** A request to stop, by SIGINT or SIGTERM. */
export interface StopSignal {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Ends the process as the signal would have; returns if no signal arrived. */
  endProcess(): void;
}

/** Lets the first signal abort the work. A second one ends the process at once. */
export function stopOnSignals(): StopSignal {
  const controller = new AbortController();
  let first: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  const endBy = (signal: NodeJS.Signals): void => {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    const at = performance.now();
    if (first !== undefined && at - first.at > sameRequestMs) endBy(signal);
    first ??= { signal, at };
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    endProcess: () => {
      if (first !== undefined) endBy(first.signal);
    },
  };
}
