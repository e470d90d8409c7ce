'use client';

import { useEffect } from 'react';
import { useAuth } from '@clerk/nextjs';
import { useRouter } from 'next/navigation';
import { clerkUrls } from '@/lib/clerk/urls';
import { sessionEnded } from '@/lib/session-end';
import { toasts } from '@/lib/toasts';

/** In milliseconds; longer than Clerk takes to navigate after a sign-out. */
const graceMs = 2_000;

/** In milliseconds; the cookie follows the tab's session within a few seconds. */
const refreshMs = 2_000;

/**
 * Leaves the page if the session is gone without a sign-out: Clerk notices a deleted user or a
 * revoked session but does not navigate.
 *
 * Loads the page again if the server rendered it for another user. Two tabs may have different
 * sessions, but they share the cookie by which the server knows the user: it is of the other tab's
 * user until Clerk replaces it, so one refresh may not be enough.
 *
 * Belongs in each page: Next does not render a layout again on navigation.
 *
 * @param props.userId the Clerk id of the page's user
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
    }, graceMs);
    return () => {
      clearTimeout(timer);
    };
  }, [isGone]);

  useEffect(() => {
    if (!isAnother) return;
    router.refresh();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') router.refresh();
    }, refreshMs);
    return () => {
      clearInterval(timer);
    };
  }, [isAnother, router]);

  return null;
}
