'use client';

import type { ReactNode } from 'react';
import { Mark } from '@/components/brand/mark';
import { Centered } from '@/components/layout/centered';
import { Button } from '@/components/ui/button';
import { RequestId } from '@/features/failure/request-id';

interface ErrorPageProps {
  /** In production it has a digest but no message: the message is only in the server's log. */
  readonly error: Error & { readonly digest?: string };
  readonly retry: () => void;
}

export default function ErrorPage({ error, retry }: ErrorPageProps): ReactNode {
  return (
    <Centered>
      <div role="alert" className="flex flex-col items-center gap-4 text-center">
        <Mark className="text-primary size-16" />
        <h1 className="text-2xl font-semibold tracking-tight">This page could not be loaded</h1>
        <p className="text-muted-foreground">
          Something went wrong on our side. You are still signed in. Nothing is lost; try again in a
          moment.
        </p>
        {error.digest !== undefined && (
          <div className="text-muted-foreground text-sm">
            <RequestId id={error.digest} />
          </div>
        )}
        <Button
          onClick={() => {
            retry();
          }}
        >
          Try again
        </Button>
      </div>
    </Centered>
  );
}
