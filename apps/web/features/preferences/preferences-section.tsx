import type { ReactNode } from 'react';
import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { getApi } from '@/lib/api/server';
import { createQueryClient } from '@/lib/query/query-client';
import { preferencesQuery } from './preferences.query';
import { PreferencesPanel } from './preferences-panel';

/** Loads the preferences for the browser's cache. If that fails, the browser tries again. */
export async function PreferencesSection({
  userId,
}: {
  readonly userId: string;
}): Promise<ReactNode> {
  const queryClient = createQueryClient();
  const api = await getApi();
  if (api !== null) {
    // The browser loads them, and shows an error if that also fails.
    await queryClient.query(preferencesQuery(userId, api)).catch(() => undefined);
  }
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <PreferencesPanel userId={userId} />
    </HydrationBoundary>
  );
}
