'use client';

import { useEffect } from 'react';
import { useAuth } from '@clerk/nextjs';
import { useRouter } from 'next/navigation';
import { clerkUrls } from '@/lib/clerk/urls';
import { sessionEnded } from '@/lib/session-end';
import { toasts } from '@/lib/toasts';

/** In milliseconds; longer than Clerk takes to navigate after a sign-out. */
const GRACE_MS = 2_000;

/**
 * Leaves the page if the session is gone without a sign-out: Clerk notices a deleted user or a
 * revoked session but does not navigate.
 *
 * @param props.userId the Clerk id of the pages' user
 */
export function SessionWatcher({ userId }: { readonly userId: string }): null {
  const auth = useAuth();
  const router = useRouter();
  const isGone = auth.isLoaded && auth.userId === null;
  const isAnother = auth.isLoaded && auth.userId !== null && auth.userId !== userId;

  useEffect(() => {
    if (!isGone) return;
    const timer = setTimeout(() => {
      toasts.show(sessionEnded, 'problem');
      // A full navigation, so that nothing of this page stays in memory.
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
