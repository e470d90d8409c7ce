import type { ReactNode } from 'react';
import { auth } from '@clerk/nextjs/server';

/**
 * Requires a session for all pages below. Next does not render a layout again on navigation, so
 * each page calls `auth.protect()` as well.
 */
export default async function SignedInLayout({
  children,
}: {
  readonly children: ReactNode;
}): Promise<ReactNode> {
  await auth.protect();
  return children;
}
