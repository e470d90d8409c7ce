import type { ReactNode } from 'react';

/**
 * Tells the user that loading is slow, after a few seconds or immediately. The delay is CSS: a
 * server component's fallback is not hydrated while it is shown, so no script could reveal the
 * notice.
 */
export function SlowNotice({ isShown }: { readonly isShown: boolean }): ReactNode {
  return (
    <p
      role="status"
      data-testid="slow"
      className={`text-muted-foreground text-sm ${isShown ? '' : 'animate-appear-late'}`}
    >
      This is taking longer than usual. You are still signed in; the page keeps trying.
    </p>
  );
}
