import type { ReactNode } from 'react';

/** The first focusable element: it skips the navigation. */
export function SkipLink(): ReactNode {
  return (
    <a
      href="#content"
      className="bg-background sr-only rounded-md border focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:px-4 focus:py-2"
    >
      Skip to content
    </a>
  );
}
