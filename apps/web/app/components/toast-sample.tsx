'use client';

import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { toasts } from '@/lib/toasts';

/** Buttons that show each kind of toast. */
export function ToastSample(): ReactNode {
  return (
    <div className="flex flex-wrap gap-3">
      <Button
        variant="outline"
        onClick={() => {
          toasts.show('The outcome, if the page does not show it.', 'success');
        }}
      >
        Toast
      </Button>
      <Button
        variant="outline"
        onClick={() => {
          toasts.show('What failed, and what to do instead.', 'problem');
        }}
      >
        Toast of a problem
      </Button>
    </div>
  );
}
