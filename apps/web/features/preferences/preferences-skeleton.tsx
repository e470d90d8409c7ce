import type { ReactNode } from 'react';
import { Skeleton } from '@/components/ui/skeleton';

/** Placeholder for PreferencesForm, of the same height. */
export function PreferencesSkeleton(): ReactNode {
  return (
    <div className="flex flex-col gap-5" data-testid="preferences-loading">
      <span className="sr-only">Loading your preferences …</span>
      <Skeleton className="h-5 w-72 max-w-full" />
      <div className="grid gap-5 sm:grid-cols-2">
        {['language', 'time zone'].map((field) => (
          <div key={field} className="flex flex-col gap-2">
            <Skeleton className="h-5 w-24" />
            <Skeleton className="h-10" />
            <Skeleton className="h-5 w-48 max-w-full" />
          </div>
        ))}
      </div>
      <Skeleton className="h-10 w-40" />
    </div>
  );
}
