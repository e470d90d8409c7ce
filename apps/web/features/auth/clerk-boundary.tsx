'use client';

import type { ReactNode } from 'react';
import { ClerkFailed } from '@clerk/nextjs';
import { TriangleAlert } from 'lucide-react';
import { Alert, AlertDescription, AlertTitle } from '@/components/ui/alert';
import { Button } from '@/components/ui/button';

/** Replaces Clerk's forms if Clerk's scripts cannot be loaded. */
export function ClerkUnavailable(): ReactNode {
  return (
    <ClerkFailed>
      <Alert variant="destructive" className="max-w-100">
        <TriangleAlert aria-hidden />
        <AlertTitle>Sign-in cannot be loaded</AlertTitle>
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
    </ClerkFailed>
  );
}
