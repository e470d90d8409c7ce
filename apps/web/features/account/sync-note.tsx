'use client';

import type { ReactNode } from 'react';
import { CircleCheck, RefreshCw } from 'lucide-react';
import { TimeAgo } from '@/components/time-ago';
import { Skeleton } from '@/components/ui/skeleton';
import { FailureAlert } from '@/features/failure/failure-alert';
import { useLastingError } from '@/lib/query/use-lasting-error';
import { useCurrentUser } from './use-current-user';
import { useFollowClerkProfile } from './use-follow-clerk-profile';

/**
 * One line that shows the local user next to Clerk's profile editor. It follows a profile change
 * within moments.
 */
export function SyncNote({ userId }: { readonly userId: string }): ReactNode {
  const { ownership, query } = useCurrentUser(userId);
  useFollowClerkProfile(userId);
  const { data, isFetching } = query;
  const error = useLastingError(query);
  if (ownership !== 'not theirs' && error !== null) {
    return (
      <FailureAlert
        error={error}
        isRetrying={isFetching}
        onRetry={() => {
          void query.refetch();
        }}
      />
    );
  }
  if (ownership === 'not theirs' || data === undefined) {
    return <Skeleton className="h-6 w-80 max-w-full" />;
  }
  const Icon = isFetching ? RefreshCw : CircleCheck;
  return (
    <p aria-live="polite" className="flex items-center gap-2.5 text-sm" data-testid="sync-note">
      <Icon aria-hidden className="text-success size-4 shrink-0" />
      <span className="min-w-0 break-words">
        The application knows you as{' '}
        <strong className="font-medium">
          <bdi>{data.name ?? data.email ?? 'a user without a name'}</bdi>
        </strong>
        ,{' '}
        <span className="text-muted-foreground">
          updated <TimeAgo iso={data.updatedAt} />.
        </span>
      </span>
    </p>
  );
}
