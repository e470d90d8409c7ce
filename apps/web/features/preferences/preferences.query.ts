import type { QueryKey } from '@tanstack/react-query';
import type { ApiClient } from '@populatte/api-client';
import type { PreferencesResponse } from '@populatte/contracts';
import { userKey } from '@/lib/query/user-scope';

interface PreferencesQuery {
  readonly queryKey: QueryKey;
  readonly queryFn: (context: { signal: AbortSignal }) => Promise<PreferencesResponse>;
}

/** Query for the preferences of the user with the Clerk id `userId`; shared by browser and server. */
export function preferencesQuery(userId: string, api: ApiClient): PreferencesQuery {
  return {
    queryKey: preferencesKey(userId),
    queryFn: ({ signal }) => api.users.preferences.get({ signal }),
  };
}

export function preferencesKey(userId: string): QueryKey {
  return userKey(userId, 'preferences');
}
