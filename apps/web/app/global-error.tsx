'use client';

import type { ReactNode } from 'react';
import { Mark } from '@/components/brand/mark';
import { Centered } from '@/components/layout/centered';
import { Button } from '@/components/ui/button';
import './globals.css';

/**
 * Shown when the root layout fails, so it is a complete document and imports nothing from the
 * layout.
 */
export default function GlobalError(): ReactNode {
  return (
    <html lang="en">
      <body>
        <title>Populatte is not available</title>
        <Centered>
          <Mark className="text-primary size-16" />
          <h1 className="text-2xl font-semibold tracking-tight">Populatte is not available</h1>
          <p className="text-muted-foreground">
            Something went wrong on our side. Try again in a moment.
          </p>
          <Button
            onClick={() => {
              window.location.reload();
            }}
          >
            Reload the page
          </Button>
        </Centered>
      </body>
    </html>
  );
}
