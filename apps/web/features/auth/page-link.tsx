'use client';

import type { ReactNode } from 'react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { buttonVariants } from '@/components/ui/button';
import { cn } from '@/lib/cn';

interface PageLinkProps {
  readonly href: string;
  readonly children: string;
}

/** A link of the navigation, marked as current on its page and those below, for screen readers too. */
export function PageLink({ href, children }: PageLinkProps): ReactNode {
  const path = usePathname();
  const isHere = path === href || path.startsWith(`${href}/`);
  return (
    <Link
      href={href}
      aria-current={isHere ? 'page' : undefined}
      className={cn(
        buttonVariants({ variant: 'ghost', size: 'sm' }),
        'aria-[current]:bg-muted forced-colors:aria-[current]:underline',
      )}
    >
      {children}
    </Link>
  );
}
