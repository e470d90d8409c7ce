'use client';

import { useClerk } from '@clerk/nextjs';
import { useIsHydrated } from '@/lib/use-is-hydrated';

/**
 * Whether Clerk's scripts could not be loaded, for example because the browser is offline or an
 * extension blocks them. False on the server, and in the browser until hydration.
 */
export function useIsClerkUnavailable(): boolean {
  const { status } = useClerk();
  return useIsHydrated() && status === 'error';
}
