'use client';

import type { ReactNode } from 'react';
import { useClerk } from '@clerk/nextjs';
import { TriangleAlert } from 'lucide-react';
import { Alert, AlertDescription, AlertTitle } from '@/components/ui/alert';
import { Button } from '@/components/ui/button';
import { useIsHydrated } from '@/lib/use-is-hydrated';

interface ClerkBoundaryProps {
  /** The message's title. */
  readonly title: string;
  readonly children: ReactNode;
}

/** Shows a message instead of Clerk's forms if Clerk's scripts cannot be loaded. */
export function ClerkBoundary({ title, children }: ClerkBoundaryProps): ReactNode {
  const { status } = useClerk();
  const isHydrated = useIsHydrated();
  if (!isHydrated || status !== 'error') return children;
  return (
    <Alert variant="destructive" className="max-w-100">
      <TriangleAlert aria-hidden />
      <AlertTitle>{title}</AlertTitle>
      <AlertDescription>
        <p>Clerk, the sign-in service, cannot be reached. Check your network and try again.</p>
        <Button
          variant="outline"
          size="sm"
          onClick={() => {
            window.location.reload();
          }}
        >
          Reload the page
        </Button>
      </AlertDescription>
    </Alert>
  );
}
