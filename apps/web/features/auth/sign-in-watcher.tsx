'use client';

import { useEffect, useRef } from 'react';
import { useClerk } from '@clerk/nextjs';

/** Reloads the page where Clerk may not have noticed that the user has signed in or out. */
export function SignInWatcher(): null {
  const clerk = useClerk();
  useReloadAfterSignIn(() => clerk.loaded && !clerk.session);
  useReloadIfRestored();
  return null;
}

/**
 * Reloads a signed-out page if the user has signed in in another tab. Clerk shares sign-outs
 * between tabs, but a page without a session does not notice a sign-in.
 *
 * It compares Clerk's `__client_uat` cookie, which is 0 or absent while the browser is signed out,
 * when the page becomes visible. Only a changed cookie reloads the page, so a stale one cannot
 * cause a loop.
 *
 * @param isSignedOut whether this page has no session
 */
export function useReloadAfterSignIn(isSignedOut: () => boolean): void {
  const latest = useRef(isSignedOut);
  useEffect(() => {
    latest.current = isSignedOut;
  });

  useEffect(() => {
    let known = signInTime();
    const look = (): void => {
      if (document.visibilityState !== 'visible') return;
      const now = signInTime();
      const hasChanged = now !== known;
      known = now;
      if (hasChanged && now > 0 && latest.current()) window.location.reload();
    };
    document.addEventListener('visibilitychange', look);
    window.addEventListener('focus', look);
    window.addEventListener('pageshow', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('focus', look);
      window.removeEventListener('pageshow', look);
    };
  }, []);
}

/**
 * Reloads a page that the browser restored with all its data (back/forward cache). Safari restores
 * `no-store` pages, too, over plain http. The user may have signed out meanwhile, but the page cannot
 * find out: Clerk is restored as well and, with a development instance, sets its cookies again.
 */
function useReloadIfRestored(): void {
  useEffect(() => {
    const show = ({ persisted }: PageTransitionEvent): void => {
      if (!persisted) return;
      document.body.hidden = true;
      window.location.reload();
    };
    window.addEventListener('pageshow', show);
    return () => {
      window.removeEventListener('pageshow', show);
    };
  }, []);
}

/** When this browser last signed in, in seconds since the epoch; 0 if it is signed out. */
function signInTime(): number {
  const times = document.cookie
    .split('; ')
    .filter((cookie) => /^__client_uat(_[^=]*)?=/.test(cookie))
    .map((cookie) => Number(cookie.slice(cookie.indexOf('=') + 1)));
  return Math.max(0, ...times.filter((time) => Number.isFinite(time)));
}
