import type { QueryKey } from '@tanstack/react-query';
import type { ApiClient } from '@populatte/api-client';
import type { UserResponse } from '@populatte/contracts';
import { userKey, type UserQuery } from '@/lib/query/user-scope';

/** Query for the local user with the Clerk id `userId`. */
export function currentUserQuery(userId: string, api: ApiClient): UserQuery<UserResponse> {
  return { queryKey: currentUserKey(userId), queryFn: ({ signal }) => api.users.me({ signal }) };
}

export function currentUserKey(userId: string): QueryKey {
  return userKey(userId, 'me');
}
