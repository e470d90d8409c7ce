'use client';

import type { ReactNode } from 'react';
import { ClerkPlaceholder } from '@/features/auth/clerk-boundary';
import { FailureAlert } from '@/features/failure/failure-alert';
import { useTimeline } from '@/features/timeline/use-timeline';
import { useLastingError } from '@/lib/query/use-lasting-error';
import { AccountSkeleton } from './account-skeleton';
import { useCurrentUser } from './use-current-user';
import { useFollowClerkProfile } from './use-follow-clerk-profile';
import { UserDetails } from './user-details';

interface AccountPanelProps {
  /** The Clerk id of the page's user. */
  readonly userId: string;
  /** Whether the server has already waited for the API without success. */
  readonly isSlow: boolean;
}

/** Shows the local user: first from the server's response, then from each refresh. */
export function AccountPanel({ userId, isSlow }: AccountPanelProps): ReactNode {
  const { ownership, query } = useCurrentUser(userId);
  const { query: timeline } = useTimeline(userId);
  useFollowClerkProfile(userId);

  const { data, isFetching } = query;
  const error = useLastingError(query);
  const isTheirs = ownership !== 'not theirs';
  return (
    <div aria-live="polite" aria-busy={isFetching && data === undefined}>
      <div className="flex flex-col gap-6">
        {isTheirs && error !== null && (
          <FailureAlert
            error={error}
            isRetrying={isFetching}
            onRetry={() => {
              void query.refetch();
            }}
          />
        )}
        {isTheirs && data !== undefined && (
          <UserDetails user={data} events={timeline.data?.events ?? []} />
        )}
        {(!isTheirs || (data === undefined && error === null)) && (
          <ClerkPlaceholder>
            <AccountSkeleton isSlow={isSlow} />
          </ClerkPlaceholder>
        )}
      </div>
    </div>
  );
}
