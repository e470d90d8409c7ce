'use client';

import type { ReactNode } from 'react';
import { UserButton, useAuth } from '@clerk/nextjs';
import { AfterHydration } from '@/components/after-hydration';
import { Skeleton } from '@/components/ui/skeleton';
import { useIsClerkUnavailable } from '@/lib/clerk/use-is-clerk-unavailable';
import { PageLink } from './page-link';
import { SignedOutLinks } from './signed-out-links';

const userButtonPlaceholder = <Skeleton className="size-7 rounded-full" />;

/** Links for signed-in or signed-out users; follows Clerk's state at once. */
export function AccountNavigation(): ReactNode {
  const { isLoaded, isSignedIn } = useAuth();
  const isUnavailable = useIsClerkUnavailable();
  if (!isLoaded) return null;
  if (!isSignedIn) return <SignedOutLinks />;
  return (
    <>
      <PageLink href="/dashboard">Dashboard</PageLink>
      <PageLink href="/account">Account</PageLink>
      <span className="ml-2 flex">
        {isUnavailable ? (
          <span className="size-7" />
        ) : (
          <AfterHydration fallback={userButtonPlaceholder}>
            <UserButton
              userProfileMode="navigation"
              userProfileUrl="/account"
              fallback={userButtonPlaceholder}
            />
          </AfterHydration>
        )}
      </span>
    </>
  );
}
