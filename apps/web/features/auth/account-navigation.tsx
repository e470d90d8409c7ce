'use client';

import type { ReactNode } from 'react';
import { UserButton, useAuth } from '@clerk/nextjs';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { AfterHydration } from '@/components/after-hydration';
import { buttonVariants } from '@/components/ui/button';
import { Skeleton } from '@/components/ui/skeleton';
import { clerkUrls } from '@/lib/clerk/urls';
import { cn } from '@/lib/cn';

const userButtonPlaceholder = <Skeleton className="size-7 rounded-full" />;

/** Links for signed-in or signed-out users; follows Clerk's state at once. */
export function AccountNavigation(): ReactNode {
  const { isLoaded, isSignedIn } = useAuth();
  return (
    <nav aria-label="Main" className="flex items-center gap-1 sm:gap-2">
      {isLoaded && isSignedIn && (
        <>
          <PageLink href="/dashboard">Dashboard</PageLink>
          <PageLink href="/account">Account</PageLink>
          <AfterHydration fallback={userButtonPlaceholder}>
            <UserButton
              userProfileMode="navigation"
              userProfileUrl="/account"
              fallback={userButtonPlaceholder}
            />
          </AfterHydration>
        </>
      )}
      {isLoaded && !isSignedIn && (
        <>
          <PageLink href={clerkUrls.signInUrl}>Sign in</PageLink>
          <Link href={clerkUrls.signUpUrl} className={buttonVariants({ size: 'sm' })}>
            Create account
          </Link>
        </>
      )}
    </nav>
  );
}

interface PageLinkProps {
  readonly href: string;
  readonly children: string;
}

/** Highlighted, also for screen readers, on its page and the pages below it. */
function PageLink({ href, children }: PageLinkProps): ReactNode {
  const path = usePathname();
  const isHere = path === href || path.startsWith(`${href}/`);
  return (
    <Link
      href={href}
      aria-current={isHere ? 'page' : undefined}
      className={cn(buttonVariants({ variant: 'ghost', size: 'sm' }), 'aria-[current]:bg-muted')}
    >
      {children}
    </Link>
  );
}
