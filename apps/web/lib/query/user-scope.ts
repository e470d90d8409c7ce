import type { QueryClient, QueryKey } from '@tanstack/react-query';

/** Every key of a person's data begins like this, so that it can be told whose it is. */
export function userKey(userId: string, ...rest: readonly unknown[]): QueryKey {
  return ['user', userId, ...rest];
}

/**
 * Drops what is cached for everybody but one person.
 *
 * @param userId Clerk's id of who is signed in now; null: nobody
 */
export function keepOnlyDataOf(queryClient: QueryClient, userId: string | null): void {
  queryClient.removeQueries({
    predicate: ({ queryKey: [scope, owner] }) => scope === 'user' && owner !== userId,
  });
  queryClient.getMutationCache().clear();
}
