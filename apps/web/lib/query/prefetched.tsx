import 'server-only';
import type { ReactNode } from 'react';
import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { ApiClient } from '@populatte/api-client';
import { getApi } from '@/lib/api/server';
import { createQueryClient } from './query-client';
import type { UserQuery } from './user-scope';

interface PrefetchedProps {
  readonly query: (api: ApiClient) => UserQuery<unknown>;
  /** Renders what uses the query. Receives the error if the call failed. */
  readonly children: (error: unknown) => ReactNode;
}

/**
 * Loads data on the server and hands it to the browser's cache. If the call fails, or the server has
 * no usable token, the browser takes over: it retries, shows the error, and signs out a user that the
 * API no longer accepts.
 */
export async function Prefetched({ query, children }: PrefetchedProps): Promise<ReactNode> {
  const queryClient = createQueryClient();
  const api = await getApi();
  let failure: unknown;
  if (api !== null) {
    await queryClient.query(query(api)).catch((error: unknown) => {
      failure = error;
    });
  }
  return <HydrationBoundary state={dehydrate(queryClient)}>{children(failure)}</HydrationBoundary>;
}
