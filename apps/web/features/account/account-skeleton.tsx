import type { ReactNode } from 'react';
import { SlowNotice } from '@/components/slow-notice';
import { Skeleton } from '@/components/ui/skeleton';

const lines = ['w-44', 'w-44', 'w-44', 'w-72', 'w-64', 'w-40', 'w-40'];

interface AccountSkeletonProps {
  /** Shows the slow notice at once instead of after a few seconds. */
  readonly isSlow?: boolean;
}

/** Placeholder for UserDetails while the user loads. */
export function AccountSkeleton({ isSlow = false }: AccountSkeletonProps): ReactNode {
  return (
    <div className="flex flex-col gap-6" data-testid="account-loading">
      <span className="sr-only">Loading your account …</span>
      <div className="flex items-center gap-4">
        <Skeleton className="size-14 rounded-full" />
        <div className="flex flex-1 flex-col gap-2">
          <Skeleton className="h-6 w-40" />
          <Skeleton className="h-4 w-52 max-w-full" />
        </div>
      </div>
      <div className="flex flex-col gap-3">
        {lines.map((width, line) => (
          <Skeleton key={line} className={`h-5 max-w-full ${width}`} />
        ))}
      </div>
      <SlowNotice isShown={isSlow} />
    </div>
  );
}
