import type { QueryKey } from '@tanstack/react-query';
import type { ApiClient } from '@populatte/api-client';
import type { UserEventsResponse } from '@populatte/contracts';
import { userKey, type UserQuery } from '@/lib/query/user-scope';

const limit = 20;

/** Query for the newest events of the user with the Clerk id `userId`. */
export function timelineQuery(userId: string, api: ApiClient): UserQuery<UserEventsResponse> {
  return {
    queryKey: timelineKey(userId),
    queryFn: ({ signal }) => api.users.events({ query: { limit } }, { signal }),
  };
}

export function timelineKey(userId: string): QueryKey {
  return userKey(userId, 'events');
}
