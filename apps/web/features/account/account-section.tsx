import type { ReactNode } from 'react';
import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { TimeoutError } from '@populatte/api-client';
import { getApi } from '@/lib/api/server';
import { createQueryClient } from '@/lib/query/query-client';
import { AccountPanel } from './account-panel';
import { currentUserQuery } from './current-user.query';

interface AccountSectionProps {
  readonly userId: string;
}

/**
 * Loads the local user and hands it to the browser's cache. If the call fails, or the server has no
 * usable token, the browser takes over: it retries, shows the error, and signs out a user that the
 * API no longer accepts.
 */
export async function AccountSection(props: AccountSectionProps): Promise<ReactNode> {
  const queryClient = createQueryClient();
  const api = await getApi();
  let isSlow = false;
  if (api !== null) {
    await queryClient.query(currentUserQuery(props.userId, api)).catch((error: unknown) => {
      isSlow = error instanceof TimeoutError;
    });
  }
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <AccountPanel {...props} isSlow={isSlow} />
    </HydrationBoundary>
  );
}
