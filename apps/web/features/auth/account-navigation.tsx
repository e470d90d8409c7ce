'use client';

import type { ReactNode } from 'react';
import { UserButton, useAuth } from '@clerk/nextjs';
import Link from 'next/link';
import { buttonVariants } from '@/components/ui/button';
import { Skeleton } from '@/components/ui/skeleton';
import { clerkUrls } from '@/lib/clerk/urls';

/** Where to go, signed in or not. It follows Clerk's state at once. */
export function AccountNavigation(): ReactNode {
  const { isLoaded, isSignedIn } = useAuth();
  return (
    <nav aria-label="Main" className="flex items-center gap-1 sm:gap-2">
      {isLoaded && isSignedIn && (
        <>
          <Link href="/dashboard" className={buttonVariants({ variant: 'ghost', size: 'sm' })}>
            Dashboard
          </Link>
          <Link href="/account" className={buttonVariants({ variant: 'ghost', size: 'sm' })}>
            Account
          </Link>
          <UserButton
            userProfileMode="navigation"
            userProfileUrl="/account"
            fallback={<Skeleton className="size-7 rounded-full" />}
          />
        </>
      )}
      {isLoaded && !isSignedIn && (
        <>
          <Link
            href={clerkUrls.signInUrl}
            className={buttonVariants({ variant: 'ghost', size: 'sm' })}
          >
            Sign in
          </Link>
          <Link href={clerkUrls.signUpUrl} className={buttonVariants({ size: 'sm' })}>
            Sign up
          </Link>
        </>
      )}
    </nav>
  );
}
