'use client';

import type { ReactNode } from 'react';
import { UserProfile, useUser } from '@clerk/nextjs';
import { Skeleton } from '@/components/ui/skeleton';
import { userProfileAppearance } from '@/lib/clerk/appearance';
import { useIsHydrated } from '@/lib/use-is-hydrated';

/**
 * Clerk's profile editor. Right after a sign-in the page renders before Clerk knows the user in the
 * browser, so the editor waits for that.
 *
 * @param props.userId the Clerk id of the page's user
 */
export function ProfileEditor({ userId }: { readonly userId: string }): ReactNode {
  const { user } = useUser();
  const isHydrated = useIsHydrated();
  const placeholder = <Skeleton className="h-100 rounded-xl" />;
  if (!isHydrated || user?.id !== userId) return placeholder;
  return <UserProfile path="/account" appearance={userProfileAppearance} fallback={placeholder} />;
}
