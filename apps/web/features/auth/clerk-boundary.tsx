'use client';

import type { ReactNode } from 'react';
import { TriangleAlert } from 'lucide-react';
import { Alert, AlertDescription, AlertTitle } from '@/components/ui/alert';
import { Button } from '@/components/ui/button';
import { isStorageBlocked } from '@/lib/is-storage-blocked';
import { useIsClerkUnavailable } from '@/lib/clerk/use-is-clerk-unavailable';

interface ClerkBoundaryProps {
  /** The message's title. */
  readonly title: string;
  readonly children: ReactNode;
}

/**
 * Shows a message instead of a page's main content from Clerk if Clerk cannot be loaded.
 * A page has at most one; other content that waits for Clerk has a `ClerkPlaceholder`.
 */
export function ClerkBoundary({ title, children }: ClerkBoundaryProps): ReactNode {
  if (!useIsClerkUnavailable()) return children;
  return (
    <Alert variant="destructive" className="max-w-100">
      <TriangleAlert aria-hidden />
      <AlertTitle>{title}</AlertTitle>
      <AlertDescription>
        <p>
          {isStorageBlocked()
            ? 'Your browser blocks cookies and site data, which signing in needs. Allow them for this site, then reload the page.'
            : 'Clerk, the sign-in service, cannot be reached. Check your network and your content blockers, then try again.'}
        </p>
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

interface ClerkPlaceholderProps {
  /** A skeleton. */
  readonly children: ReactNode;
}

/** Placeholder for content that waits for Clerk: a skeleton, or one line if Clerk cannot be loaded. */
export function ClerkPlaceholder({ children }: ClerkPlaceholderProps): ReactNode {
  if (!useIsClerkUnavailable()) return children;
  return (
    <p className="text-muted-foreground text-sm">Not available while Clerk cannot be loaded.</p>
  );
}
