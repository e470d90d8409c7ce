import type { ReactNode } from 'react';
import { CopyButton } from '@/components/ui/copy-button';

/** The id that support needs to find a request in the logs, with a copy button. */
export function RequestId({ id }: { readonly id: string }): ReactNode {
  return (
    <p className="flex flex-wrap items-center gap-x-2">
      <span>If you report this, include the request id:</span>
      <span className="flex min-w-0 items-center gap-1">
        <code className="font-mono text-xs break-all">{id}</code>
        <CopyButton text={id} label="Copy the request id" className="-my-2" />
      </span>
    </p>
  );
}
