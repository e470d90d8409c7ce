import type { QueryClient, QueryKey } from '@tanstack/react-query';

/** A query for data of one user; shared by browser and server. */
export interface UserQuery<Data> {
  readonly queryKey: QueryKey;
  readonly queryFn: (context: { signal: AbortSignal }) => Promise<Data>;
}

/** Prefixes the cache key of a user's data with the user's id. */
export function userKey(userId: string, ...rest: readonly unknown[]): QueryKey {
  return ['user', userId, ...rest];
}

/**
 * Drops the cached data of all other users.
 *
 * @param userId Clerk id of the signed-in user, or null if signed out
 */
export function keepOnlyDataOf(queryClient: QueryClient, userId: string | null): void {
  queryClient.removeQueries({
    predicate: ({ queryKey: [scope, owner] }) => scope === 'user' && owner !== userId,
  });
  queryClient.getMutationCache().clear();
}
