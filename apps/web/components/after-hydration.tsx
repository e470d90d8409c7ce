'use client';

import type { ReactNode } from 'react';
import { useIsHydrated } from '@/lib/use-is-hydrated';

interface AfterHydrationProps {
  /** What the server renders, and the browser until then. */
  readonly fallback: ReactNode;
  readonly children: ReactNode;
}

/**
 * For parts of Clerk's that ask, while they render, whether Clerk is loaded or has failed. The server
 * knows of neither; where the browser takes the page over late, it would, and React would throw away
 * what the server rendered (“hydration failed”).
 */
export function AfterHydration({ fallback, children }: AfterHydrationProps): ReactNode {
  return useIsHydrated() ? children : fallback;
}
