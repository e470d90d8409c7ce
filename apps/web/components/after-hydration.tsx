'use client';

import type { ReactNode } from 'react';
import { useIsHydrated } from '@/lib/use-is-hydrated';

interface AfterHydrationProps {
  /** What the server renders, and the browser until then. */
  readonly fallback: ReactNode;
  readonly children: ReactNode;
}

/**
 * For Clerk's forms and buttons, which ask whether Clerk is loaded while they render. The server
 * says no; where the browser takes the page over late, it would say yes, and React would throw away
 * what the server rendered (“hydration failed”).
 */
export function AfterHydration({ fallback, children }: AfterHydrationProps): ReactNode {
  return useIsHydrated() ? children : fallback;
}
