import type { ReactNode } from 'react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { Centered } from '@/components/layout/centered';
import { buttonVariants } from '@/components/ui/button';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound(): ReactNode {
  return (
    <Centered>
      <h1 className="text-2xl font-semibold tracking-tight">There is no such page</h1>
      <p className="text-muted-foreground text-center">
        The address may have a typing mistake in it.
      </p>
      <Link href="/" className={buttonVariants()}>
        To the start page
      </Link>
    </Centered>
  );
}
