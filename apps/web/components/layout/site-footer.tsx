import type { ReactNode } from 'react';
import { Badge } from '@/components/ui/badge';
import { readPublicEnv } from '@/env';
import { localInstanceUrl } from '@/lib/env/public-env';

/** Labels a build for the local Clerk, so that it is not mistaken for production. */
export function SiteFooter(): ReactNode {
  const isLocal = localInstanceUrl(readPublicEnv()) !== undefined;
  return (
    <footer className="text-muted-foreground border-t text-sm">
      <div className="mx-auto flex min-h-14 w-full max-w-5xl flex-wrap items-center justify-between gap-2 px-4 py-3">
        <span>Populatte</span>
        {isLocal && (
          <Badge title="Built for the local Clerk: not for production" data-testid="local-build">
            Local Clerk
          </Badge>
        )}
      </div>
    </footer>
  );
}
