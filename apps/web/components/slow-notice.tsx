import type { ReactNode } from 'react';

/**
 * Says that loading takes long: after a few seconds, or at once. The delay is CSS, since a server
 * component's fallback is not hydrated while it is shown, so that no script could reveal it.
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
