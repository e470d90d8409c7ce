import type { ReactNode } from 'react';
import Link from 'next/link';
import { Mark } from '@/components/brand/mark';
import { ThemeSwitch } from '@/components/theme/theme-switch';
import type { Theme } from '@/lib/theme';

interface SiteHeaderProps {
  readonly theme: Theme;
  /** The links of the navigation, for signed-in or signed-out users. */
  readonly links: ReactNode;
}

export function SiteHeader({ theme, links }: SiteHeaderProps): ReactNode {
  // Not sticky on a narrow screen: large or widely spaced text needs several rows there, which would
  // cover the focus (WCAG 2.4.11).
  return (
    <header className="bg-background/85 top-0 z-40 border-b backdrop-blur-md sm:sticky">
      <div className="mx-auto flex min-h-16 w-full max-w-6xl flex-wrap items-center gap-1 px-4 sm:gap-2 sm:px-6">
        <Link
          href="/"
          className="mr-auto flex items-center gap-2.5 rounded-md font-semibold tracking-tight"
        >
          <Mark className="text-primary size-7" />
          <span className="max-sm:sr-only">Populatte</span>
        </Link>
        <ThemeSwitch initial={theme} />
        <nav aria-label="Main" className="flex flex-wrap items-center gap-1 sm:gap-2">
          {links}
        </nav>
      </div>
    </header>
  );
}
