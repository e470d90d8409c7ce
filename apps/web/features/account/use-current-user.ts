'use client';

import { skipToken, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { UserResponse } from '@populatte/contracts';
import { useOwnApi, type Ownership } from '@/lib/api/use-own-api';
import { currentUserKey, currentUserQuery } from './current-user.query';

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
  const { ownership, api } = useOwnApi(userId);
  const query = useQuery({
    queryKey: currentUserKey(userId),
    queryFn: api === null ? skipToken : currentUserQuery(userId, api).queryFn,
    refetchInterval: api === null ? false : refreshEveryMs,
  });
  return { ownership, query };
}
