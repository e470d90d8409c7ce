import type { ComponentProps, ReactNode } from 'react';

/** The logo: a cup whose layers are table rows. Decorative; the name is next to it. */
export function Mark(props: ComponentProps<'svg'>): ReactNode {
  return (
    <svg viewBox="0 0 32 32" aria-hidden fill="none" {...props}>
      <path d="M23 11h1.5a4.5 4.5 0 0 1 0 9H23" stroke="currentColor" strokeWidth="2.5" />
      <path
        d="M3 8.5A1.5 1.5 0 0 1 4.5 7h17A1.5 1.5 0 0 1 23 8.5V12H3z"
        fill="currentColor"
        opacity=".4"
      />
      <path d="M3 13.5h20v5H3z" fill="currentColor" opacity=".7" />
      <path d="M3 20h20a6 6 0 0 1-6 6H9a6 6 0 0 1-6-6z" fill="currentColor" />
    </svg>
  );
}
