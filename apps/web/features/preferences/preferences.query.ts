import type { QueryKey } from '@tanstack/react-query';
import type { ApiClient } from '@populatte/api-client';
import type { PreferencesResponse } from '@populatte/contracts';
import { userKey, type UserQuery } from '@/lib/query/user-scope';

/** Query for the preferences of the user with the Clerk id `userId`. */
export function preferencesQuery(userId: string, api: ApiClient): UserQuery<PreferencesResponse> {
  return {
    queryKey: preferencesKey(userId),
    queryFn: ({ signal }) => api.users.preferences.get({ signal }),
  };
}

export function preferencesKey(userId: string): QueryKey {
  return userKey(userId, 'preferences');
}
