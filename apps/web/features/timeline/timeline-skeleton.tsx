import type { ReactNode } from 'react';
import { Skeleton } from '@/components/ui/skeleton';

/** Placeholder for the timeline while the events load. */
export function TimelineSkeleton(): ReactNode {
  return (
    <div className="flex flex-col gap-7" data-testid="timeline-loading">
      <span className="sr-only">Loading the timeline …</span>
      {['first', 'second', 'third'].map((event) => (
        <div key={event} className="flex gap-4">
          <Skeleton className="size-9 rounded-full" />
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className="h-5 w-40" />
            <Skeleton className="h-4 w-full max-w-80" />
          </div>
        </div>
      ))}
    </div>
  );
}
