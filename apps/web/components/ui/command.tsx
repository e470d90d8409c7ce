import type { ReactNode } from 'react';
import { CopyButton } from './copy-button';

/** A command to run in a shell, with a button that copies it. */
export function Command({ children }: { readonly children: string }): ReactNode {
  return (
    <div className="bg-muted flex min-w-0 items-center gap-2 rounded-lg border py-1 pr-1 pl-3.5">
      <code className="min-w-0 flex-1 py-1.5 font-mono text-xs break-words sm:text-sm">
        <span aria-hidden className="text-muted-foreground select-none">
          ${' '}
        </span>
        {children}
      </code>
      <CopyButton text={children} label={`Copy: ${children}`} className="self-start" />
    </div>
  );
}
