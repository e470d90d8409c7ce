'use client';

import { useEffect } from 'react';
import { useAuth } from '@clerk/nextjs';
import { useRouter } from 'next/navigation';
import { clerkUrls } from '@/lib/clerk/urls';

/** Milliseconds. After a sign-out Clerk navigates by itself; that comes first. */
const GRACE_MS = 2_000;

/**
 * Leaves pages whose session is gone without a sign-out: the user was deleted or the session revoked,
 * which Clerk notices without navigating.
 *
 * @param props.userId Clerk's id of the user for whom the pages were rendered
 */
export function SessionWatcher({ userId }: { readonly userId: string }): null {
  const auth = useAuth();
  const router = useRouter();
  const isGone = auth.isLoaded && auth.userId === null;
  const isAnother = auth.isLoaded && auth.userId !== null && auth.userId !== userId;

  useEffect(() => {
    if (!isGone) return;
    const timer = setTimeout(() => {
      // A new document: nothing of this one is left in memory.
      window.location.replace(clerkUrls.signInUrl);
    }, GRACE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [isGone]);

  useEffect(() => {
    if (isAnother) router.refresh();
  }, [isAnother, router]);

  return null;
}
