'use client';

import { useSyncExternalStore } from 'react';

/**
 * The time, kept current while the component is shown.
 *
 * @param everyMs milliseconds between two updates, and the precision of the time
 * @returns milliseconds since the epoch, or null on the server and until hydration
 */
export function useNow(everyMs: number): number | null {
  return useSyncExternalStore(
    (onChange) => {
      const timer = setInterval(onChange, everyMs);
      return () => {
        clearInterval(timer);
      };
    },
    () => Math.floor(Date.now() / everyMs) * everyMs,
    () => null,
  );
}
