'use client';

import { useEffect, type ReactNode } from 'react';
import { usePathname } from 'next/navigation';
import { useReloadAfterSignIn } from './sign-in-watcher';

/**
 * Renders the home page of a signed-out visitor without Clerk, whose forms and user menu would be
 * loaded for two links. All other pages need Clerk, so a navigation to one of them loads its
 * document.
 */
export function WithoutClerk({ children }: { readonly children: ReactNode }): ReactNode {
  const isHome = usePathname() === '/';
  useEffect(() => {
    if (!isHome) window.location.reload();
  }, [isHome]);
  useReloadAfterSignIn(() => true);
  return isHome ? children : null;
}
