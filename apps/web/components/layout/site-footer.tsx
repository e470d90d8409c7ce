import type { ReactNode } from 'react';
import { Mark } from '@/components/brand/mark';
import { Badge } from '@/components/ui/badge';
import { readPublicEnv } from '@/env';
import { localInstanceUrl } from '@/lib/env/public-env';

/** Labels a build for the local Clerk, so that it is not mistaken for production. */
export function SiteFooter(): ReactNode {
  const isLocal = localInstanceUrl(readPublicEnv()) !== undefined;
  return (
    <footer className="text-muted-foreground border-t text-sm">
      <div className="mx-auto flex min-h-16 w-full max-w-6xl flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-4 sm:px-6">
        <span className="flex items-center gap-2">
          <Mark className="size-5" />
          Clerk sign-in, your own users table.
        </span>
        {isLocal && (
          <Badge title="Built for the local Clerk: not for production" data-testid="local-build">
            Local Clerk
          </Badge>
        )}
      </div>
    </footer>
  );
}
