const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const parentCheckMs = 500;
/** Under npm, a single Ctrl-C arrives twice: from the terminal and from npm. */
const sameRequestMs = 500;

/** A request to stop the stack. */
export interface StopRequest {
  /** Resolves with the reason: a signal, or the parent's end. */
  readonly requested: Promise<string>;
  /** Resolves at the second request. */
  readonly repeated: Promise<void>;
  /** Stops listening. */
  dispose(): void;
}

/**
 * Listens for signals and watches the parent, because npm may be killed without forwarding a
 * signal.
 *
 * @param parentPid the parent at the start of this process
 */
export function listenForStop(parentPid: number): StopRequest {
  let request: (reason: string) => void = () => undefined;
  let repeat: () => void = () => undefined;
  const requested = new Promise<string>((resolve) => (request = resolve));
  const repeated = new Promise<void>((resolve) => (repeat = resolve));
  let first: number | undefined;

  const onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    first ??= now;
    if (now - first > sameRequestMs) repeat();
    request(signal);
  };
  const watch = setInterval(() => {
    if (process.ppid !== parentPid) request('its parent process ended');
  }, parentCheckMs);
  for (const signal of signals) process.on(signal, onSignal);

  return {
    requested,
    repeated,
    dispose: () => {
      clearInterval(watch);
      for (const signal of signals) process.removeListener(signal, onSignal);
    },
  };
}
