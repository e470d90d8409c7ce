import { expect, it } from 'vitest';
import { createQueryClient } from '@/lib/query/query-client';
import { keepOnlyDataOf, userKey } from '@/lib/query/user-scope';

it('drops the data of all users but the signed-in one', () => {
  const queryClient = createQueryClient();
  queryClient.setQueryData(userKey('user_ada', 'me'), 'Ada');
  queryClient.setQueryData(userKey('user_bob', 'me'), 'Bob');

  keepOnlyDataOf(queryClient, 'user_bob');

  expect(queryClient.getQueryData(userKey('user_ada', 'me'))).toBeUndefined();
  expect(queryClient.getQueryData(userKey('user_bob', 'me'))).toBe('Bob');
});

it('drops the data of all users after a sign-out, and keeps data that belongs to no user', () => {
  const queryClient = createQueryClient();
  queryClient.setQueryData(userKey('user_ada', 'me'), 'Ada');
  queryClient.setQueryData(['news'], 'public');

  keepOnlyDataOf(queryClient, null);

  expect(
    queryClient
      .getQueryCache()
      .getAll()
      .map(({ queryKey }) => queryKey),
  ).toEqual([['news']]);
});
