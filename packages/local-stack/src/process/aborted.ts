/** Settles when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
    if (signal.aborted) resolve(signal.reason);
  });
}
