import { expect, it } from 'vitest';
import { createQueryClient } from '@/lib/query/query-client';
import { keepOnlyDataOf, userKey } from '@/lib/query/user-scope';

it('forgets the data of everybody but the person who is signed in now', () => {
  const queryClient = createQueryClient();
  queryClient.setQueryData(userKey('user_ada', 'me'), 'Ada');
  queryClient.setQueryData(userKey('user_bob', 'me'), 'Bob');

  keepOnlyDataOf(queryClient, 'user_bob');

  expect(queryClient.getQueryData(userKey('user_ada', 'me'))).toBeUndefined();
  expect(queryClient.getQueryData(userKey('user_bob', 'me'))).toBe('Bob');
});

it('forgets everybody when nobody is signed in, and keeps what is nobody’s', () => {
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
