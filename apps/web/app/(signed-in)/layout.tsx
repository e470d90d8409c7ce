import type { ReactNode } from 'react';
import { auth } from '@clerk/nextjs/server';
import { SessionWatcher } from '@/features/auth/session-watcher';

/**
 * All below is for signed-in people. Layouts are not rendered anew when one goes from page to page,
 * so that each page protects itself as well.
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
