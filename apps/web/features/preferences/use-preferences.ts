'use client';

import {
  skipToken,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { NotSignedInError } from '@populatte/api-client';
import type { PreferencesInput, PreferencesResponse } from '@populatte/contracts';
import { useOwnApi } from '@/lib/api/use-own-api';
import { preferencesKey, preferencesQuery } from './preferences.query';

/** Interval between attempts while the preferences cannot be loaded, in milliseconds. */
const retryMs = 5_000;

/**
 * @param userId the Clerk id of the page's user; no other user's data is shown
 */
export function usePreferences(userId: string): UseQueryResult<PreferencesResponse> {
  const { api } = useOwnApi(userId);
  return useQuery({
    queryKey: preferencesKey(userId),
    queryFn: api === null ? skipToken : preferencesQuery(userId, api).queryFn,
    refetchInterval: ({ state }) => (api !== null && state.status === 'error' ? retryMs : false),
  });
}

/**
 * Saves preferences. The page shows them at once, and the earlier ones again if they cannot be saved.
 */
export function useSavePreferences(
  userId: string,
): UseMutationResult<PreferencesResponse, Error, PreferencesInput> {
  const { api } = useOwnApi(userId);
  const queryClient = useQueryClient();
  const queryKey = preferencesKey(userId);
  return useMutation({
    mutationFn: (body: PreferencesInput) => {
      if (api === null) throw new NotSignedInError('Not signed in: no request was sent.');
      return api.users.preferences.replace({ body });
    },
    onMutate: async (body) => {
      // A response in flight would show the earlier preferences again.
      await queryClient.cancelQueries({ queryKey });
      const earlier = queryClient.getQueryData<PreferencesResponse>(queryKey);
      const updatedAt = new Date().toISOString();
      queryClient.setQueryData<PreferencesResponse>(queryKey, { ...body, updatedAt });
      return { earlier };
    },
    onSuccess: (stored) => {
      queryClient.setQueryData<PreferencesResponse>(queryKey, stored);
    },
    onError: (_error, _body, context) => {
      queryClient.setQueryData<PreferencesResponse>(queryKey, context?.earlier);
      // The request may have succeeded nevertheless.
      void queryClient.invalidateQueries({ queryKey });
    },
  });
}
