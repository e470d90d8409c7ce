import type { ReactNode } from 'react';

interface PageProps {
  readonly title: string;
  readonly lead?: string;
  readonly children: ReactNode;
}

/** A page's frame: its heading and, below it, its content. */
export function Page({ title, lead, children }: PageProps): ReactNode {
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col gap-6 px-4 py-8 sm:py-10">
      <div className="flex flex-col gap-1">
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        {lead !== undefined && <p className="text-muted-foreground">{lead}</p>}
      </div>
      {children}
    </div>
  );
}
