'use client';

import { useEffect } from 'react';
import { useAuth } from '@clerk/nextjs';
import { useRouter } from 'next/navigation';
import { clerkUrls } from '@/lib/clerk/urls';

/** Whoever signs out is taken somewhere by Clerk; it is not to be overtaken. */
const GRACE_MS = 2_000;

/**
 * Leaves pages whose session is gone although nobody signed out: the user was deleted or the session
 * revoked, which Clerk notices without going anywhere.
 *
 * @param props.userId Clerk's id of whom the pages were made for
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
