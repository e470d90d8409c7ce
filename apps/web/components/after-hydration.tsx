'use client';

import type { ReactNode } from 'react';
import { useIsHydrated } from '@/lib/use-is-hydrated';

interface AfterHydrationProps {
  /** Rendered by the server, and by the browser until hydration. */
  readonly fallback: ReactNode;
  readonly children: ReactNode;
}

/**
 * For Clerk components that check, while they render, whether Clerk has loaded or failed. The
 * server knows neither. A browser that hydrates late does know, and React would discard the
 * server's markup (“hydration failed”).
 */
export function AfterHydration({ fallback, children }: AfterHydrationProps): ReactNode {
  return useIsHydrated() ? children : fallback;
}
