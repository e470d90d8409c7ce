import type { QueryKey } from '@tanstack/react-query';
import type { ApiClient } from '@populatte/api-client';
import type { UserResponse } from '@populatte/contracts';
import { userKey } from '@/lib/query/user-scope';

interface CurrentUserQuery {
  readonly queryKey: QueryKey;
  readonly queryFn: (context: { signal: AbortSignal }) => Promise<UserResponse>;
}

/** Query for the local user with the Clerk id `userId`; shared by browser and server. */
export function currentUserQuery(userId: string, api: ApiClient): CurrentUserQuery {
  return { queryKey: currentUserKey(userId), queryFn: ({ signal }) => api.users.me({ signal }) };
}

export function currentUserKey(userId: string): QueryKey {
  return userKey(userId, 'me');
}
