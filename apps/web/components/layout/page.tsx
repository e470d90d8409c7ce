import type { ReactNode } from 'react';

interface PageProps {
  readonly title: string;
  readonly lead?: string;
  readonly children: ReactNode;
}

/** A page's frame: its heading and, below it, its content. */
export function Page({ title, lead, children }: PageProps): ReactNode {
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-col gap-8 px-4 py-8 sm:px-6 sm:py-12">
      <div className="flex flex-col gap-2">
        <h1 className="text-title font-semibold">{title}</h1>
        {lead !== undefined && (
          <p className="text-muted-foreground max-w-2xl text-pretty">{lead}</p>
        )}
      </div>
      {children}
    </div>
  );
}
