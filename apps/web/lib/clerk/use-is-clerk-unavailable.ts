'use client';

import { useClerk } from '@clerk/nextjs';
import { useIsHydrated } from '@/lib/use-is-hydrated';

/**
 * Whether Clerk could not be loaded: the browser is offline, an extension blocks its scripts, or
 * they may store nothing. False on the server, and in the browser until hydration.
 */
export function useIsClerkUnavailable(): boolean {
  const { status } = useClerk();
  return useIsHydrated() && status === 'error';
}
