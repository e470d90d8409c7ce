import type { ReactNode } from 'react';
import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { getApi } from '@/lib/api/server';
import { createQueryClient } from '@/lib/query/query-client';
import { timelineQuery } from './timeline.query';
import { TimelinePanel } from './timeline-panel';

/** Loads the events for the browser's cache. If that fails, the browser tries again. */
export async function TimelineSection({ userId }: { readonly userId: string }): Promise<ReactNode> {
  const queryClient = createQueryClient();
  const api = await getApi();
  if (api !== null) {
    // The browser loads them, and shows an error if that also fails.
    await queryClient.query(timelineQuery(userId, api)).catch(() => undefined);
  }
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <TimelinePanel userId={userId} />
    </HydrationBoundary>
  );
}
