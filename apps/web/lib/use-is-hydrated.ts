'use client';

import { useSyncExternalStore } from 'react';

const never = (): (() => void) => () => undefined;

/**
 * Whether the browser has hydrated the server's markup; until then both must render the same. A
 * part of the page that streams in late hydrates late, when Clerk may know more than the server
 * did.
 */
export function useIsHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
