'use client';

import { useAuth } from '@clerk/nextjs';
import type { ApiClient } from '@populatte/api-client';
import { useIsHydrated } from '@/lib/use-is-hydrated';
import { useApi } from './browser';

/** Whether the browser's session belongs to the page's user. */
export type Ownership = 'loading' | 'theirs' | 'not theirs';

/**
 * The API client for the data of one user, so that a page never shows another user's data.
 *
 * @param userId the Clerk id of the page's user
 * @returns `api` is null unless the browser's session is theirs, and until Clerk's script is loaded:
 *   before that, `useAuth()` knows the user from the server, but no token is available
 */
export function useOwnApi(userId: string): {
  readonly ownership: Ownership;
  readonly api: ApiClient | null;
} {
  const auth = useAuth();
  const api = useApi();
  const isKnown = useIsHydrated() && auth.isLoaded;
  const ownership = !isKnown ? 'loading' : auth.userId === userId ? 'theirs' : 'not theirs';
  return { ownership, api: ownership === 'theirs' ? api : null };
}
