'use client';

import { useSyncExternalStore } from 'react';

const never = (): (() => void) => () => undefined;

/**
 * Whether the browser has taken over what the server rendered; until then both are to show the same.
 * A part of a page that streams in late is taken over late, when Clerk may know more than the server
 * did.
 */
export function useIsHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
