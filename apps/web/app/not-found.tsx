import type { ReactNode } from 'react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { Mark } from '@/components/brand/mark';
import { Centered } from '@/components/layout/centered';
import { buttonVariants } from '@/components/ui/button';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound(): ReactNode {
  return (
    <Centered>
      <Mark className="text-primary size-16" />
      <h1 className="text-2xl font-semibold tracking-tight">Page not found</h1>
      <p className="text-muted-foreground text-center">
        Check the address, or go back to the home page.
      </p>
      <Link href="/" className={buttonVariants()}>
        Go home
      </Link>
    </Centered>
  );
}
