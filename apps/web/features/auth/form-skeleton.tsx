import type { ReactNode } from 'react';
import { Skeleton } from '@/components/ui/skeleton';

/** In the place of Clerk's forms until its scripts are there. */
export function FormSkeleton(): ReactNode {
  return (
    <div role="status" className="flex w-full max-w-100 flex-col gap-5 rounded-xl border p-8">
      <span className="sr-only">Loading …</span>
      <Skeleton className="mx-auto h-6 w-48" />
      <Skeleton className="h-10" />
      <Skeleton className="h-10" />
      <Skeleton className="h-10" />
    </div>
  );
}
