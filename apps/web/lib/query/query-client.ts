import { QueryClient } from '@tanstack/react-query';

const freshMs = 10_000;

/**
 * Creates a cache that does not retry: the API client does, and knows which calls are safe to
 * retry.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: freshMs,
        retry: false,
        // Offline, a query fails and shows the error instead of waiting for a network.
        networkMode: 'always',
        // `networkMode: 'always'` switches this off by default. 'always' also refetches data that is
        // not stale yet: what happened while offline is unknown.
        refetchOnReconnect: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
