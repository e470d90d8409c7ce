'use client';

import { useAuth } from '@clerk/nextjs';
import { skipToken, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { UserResponse } from '@populatte/contracts';
import { useApi } from '@/lib/api/browser';
import { useIsHydrated } from '@/lib/use-is-hydrated';
import { currentUserKey, currentUserQuery } from './current-user.query';

/** Whether the browser's session belongs to the user for whom the page was rendered. */
export type Ownership = 'loading' | 'theirs' | 'not theirs';

/**
 * The local user, kept fresh.
 *
 * @param userId Clerk id of the user for whom the page was rendered; no other user's data is shown
 * @param refreshEveryMs interval, while the window is visible, of refreshes that no known change
 *   triggers
 */
export function useCurrentUser(
  userId: string,
  refreshEveryMs: number,
): { readonly ownership: Ownership; readonly query: UseQueryResult<UserResponse> } {
  const auth = useAuth();
  const api = useApi();
  const isKnown = useIsHydrated() && auth.isLoaded;
  const ownership = !isKnown ? 'loading' : auth.userId === userId ? 'theirs' : 'not theirs';
  const isTheirs = ownership === 'theirs' && api !== null;
  const query = useQuery({
    queryKey: currentUserKey(userId),
    queryFn: isTheirs ? currentUserQuery(userId, api).queryFn : skipToken,
    refetchInterval: isTheirs ? refreshEveryMs : false,
  });
  return { ownership, query };
}
