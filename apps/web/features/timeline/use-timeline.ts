'use client';

import { useEffect, useRef } from 'react';
import { skipToken, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import type { UserEventsResponse } from '@populatte/contracts';
import { currentUserKey } from '@/features/account/current-user.query';
import { useOwnApi, type Ownership } from '@/lib/api/use-own-api';
import { timelineKey, timelineQuery } from './timeline.query';

/** Interval between refreshes while the page is visible, in milliseconds. */
const refreshMs = 4_000;

interface Timeline {
  readonly ownership: Ownership;
  readonly query: UseQueryResult<UserEventsResponse>;
}

/**
 * The newest events of the user.
 *
 * @param userId the Clerk id of the page's user; no other user's data is shown
 * @param refreshes whether this component keeps them fresh; one per page is enough
 */
export function useTimeline(userId: string, refreshes = false): Timeline {
  const { ownership, api } = useOwnApi(userId);
  const query = useQuery({
    queryKey: timelineKey(userId),
    queryFn: api === null ? skipToken : timelineQuery(userId, api).queryFn,
    refetchInterval: api === null || !refreshes ? false : refreshMs,
  });
  return { ownership, query };
}

/** Refreshes the local user as soon as the timeline has a new event. */
export function useRefreshUserOnEvent(userId: string, newestId: string | undefined): void {
  const queryClient = useQueryClient();
  const known = useRef(newestId);
  useEffect(() => {
    const isNew = known.current !== undefined && newestId !== known.current;
    known.current = newestId;
    if (isNew) void queryClient.invalidateQueries({ queryKey: currentUserKey(userId) });
  }, [newestId, userId, queryClient]);
}
