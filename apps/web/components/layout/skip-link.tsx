import type { ReactNode } from 'react';

/** The first element that the keyboard reaches: it skips the navigation. */
export function SkipLink(): ReactNode {
  return (
    <a
      href="#content"
      className="bg-background sr-only rounded-md border px-4 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50"
    >
      Skip to content
    </a>
  );
}
