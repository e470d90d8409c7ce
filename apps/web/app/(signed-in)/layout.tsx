import type { ReactNode } from 'react';
import { auth } from '@clerk/nextjs/server';
import { SessionWatcher } from '@/features/auth/session-watcher';

/**
 * Requires a session for all pages below. Next does not render a layout again on navigation, so
 * each page calls `auth.protect()` as well.
 */
export default async function SignedInLayout({
  children,
}: {
  readonly children: ReactNode;
}): Promise<ReactNode> {
  const { userId } = await auth.protect();
  return (
    <>
      <SessionWatcher userId={userId} />
      {children}
    </>
  );
}
