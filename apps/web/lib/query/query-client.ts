import { QueryClient } from '@tanstack/react-query';

const FRESH_MS = 10_000;

/** Retries are the API client's, which knows what may be retried. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: false,
        // Without a network a query is to fail, and say so, not to wait for one.
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
