import type { QueryKey } from '@tanstack/react-query';
import type { ApiClient } from '@populatte/api-client';
import type { UserEventsResponse } from '@populatte/contracts';
import { userKey } from '@/lib/query/user-scope';

const LIMIT = 20;

interface TimelineQuery {
  readonly queryKey: QueryKey;
  readonly queryFn: (context: { signal: AbortSignal }) => Promise<UserEventsResponse>;
}

/** Query for the newest events of the user with the Clerk id `userId`; shared by browser and server. */
export function timelineQuery(userId: string, api: ApiClient): TimelineQuery {
  return {
    queryKey: timelineKey(userId),
    queryFn: ({ signal }) => api.users.events({ query: { limit: LIMIT } }, { signal }),
  };
}

export function timelineKey(userId: string): QueryKey {
  return userKey(userId, 'events');
}
