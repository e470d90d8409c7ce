import type { ReactNode } from 'react';

/** Centres a form or a message that fills a whole page. */
export function Centered({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-1 flex-col items-center justify-center gap-4 px-4 py-10">
      {children}
    </div>
  );
}
