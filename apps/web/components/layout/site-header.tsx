import type { ReactNode } from 'react';
import Link from 'next/link';
import { AccountNavigation } from '@/features/auth/account-navigation';

export function SiteHeader(): ReactNode {
  return (
    <header className="bg-background border-b">
      <div className="mx-auto flex h-14 w-full max-w-5xl items-center justify-between gap-4 px-4">
        <Link href="/" className="flex items-center gap-2 font-semibold tracking-tight">
          <span aria-hidden className="bg-primary size-5 rounded-[6px]" />
          Populatte
        </Link>
        <AccountNavigation />
      </div>
    </header>
  );
}
