import type { ReactNode } from 'react';
import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import { getApi } from '@/lib/api/server';
import { createQueryClient } from '@/lib/query/query-client';
import { AccountPanel } from './account-panel';
import { currentUserQuery } from './current-user.query';

interface AccountSectionProps {
  readonly userId: string;
  readonly refreshEveryMs: number;
}

/**
 * Asks the API for the local user and hands it to the browser's cache. A failed call is left to the
 * browser: it tries again, says what is wrong, and signs out whom the API no longer accepts.
 */
export async function AccountSection(props: AccountSectionProps): Promise<ReactNode> {
  const queryClient = createQueryClient();
  const query = currentUserQuery(props.userId, await getApi());
  await queryClient.query(query).catch(() => undefined);
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <AccountPanel {...props} />
    </HydrationBoundary>
  );
}
