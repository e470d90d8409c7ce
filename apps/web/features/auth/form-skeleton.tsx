import type { ReactNode } from 'react';
import { Skeleton } from '@/components/ui/skeleton';

/** Placeholder for Clerk's forms while its scripts load. */
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
