'use client';

import type { ReactNode } from 'react';
import { UserProfile, useUser } from '@clerk/nextjs';
import { Skeleton } from '@/components/ui/skeleton';
import { userProfileAppearance } from '@/lib/clerk/appearance';
import { useIsHydrated } from '@/lib/use-is-hydrated';

/**
 * Clerk's own editor of the profile, once Clerk knows in the browser whose it is. Just after a
 * sign-in it does not yet: the page is there first, and the editor cannot be shown to nobody.
 *
 * @param props.userId Clerk's id of whom the page was made for
 */
export function ProfileEditor({ userId }: { readonly userId: string }): ReactNode {
  const { user } = useUser();
  const isHydrated = useIsHydrated();
  const placeholder = <Skeleton className="h-100 rounded-xl" />;
  if (!isHydrated || user?.id !== userId) return placeholder;
  return <UserProfile path="/account" appearance={userProfileAppearance} fallback={placeholder} />;
}
