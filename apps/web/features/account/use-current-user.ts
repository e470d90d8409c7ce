'use client';

import { skipToken, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { UserResponse } from '@populatte/contracts';
import { useOwnApi, type Ownership } from '@/lib/api/use-own-api';
import { currentUserKey, currentUserQuery } from './current-user.query';

/**
 * Interval between refreshes without a known change, while the window is visible, in milliseconds.
 */
const refreshMs = 30_000;

/** Interval between attempts while the user cannot be loaded, in milliseconds. */
const retryMs = 5_000;

/**
 * The local user, kept fresh.
 *
 * @param userId the Clerk id of the page's user; no other user's data is shown
 */
export function useCurrentUser(userId: string): {
  readonly ownership: Ownership;
  readonly query: UseQueryResult<UserResponse>;
} {
  const { ownership, api } = useOwnApi(userId);
  const query = useQuery({
    queryKey: currentUserKey(userId),
    queryFn: api === null ? skipToken : currentUserQuery(userId, api).queryFn,
    refetchInterval: ({ state }) => {
      if (api === null) return false;
      return state.status === 'error' ? retryMs : refreshMs;
    },
  });
  return { ownership, query };
}
