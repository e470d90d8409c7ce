import type { ReactNode } from 'react';
import { ClerkProvider } from '@clerk/nextjs';
import { ApiProvider } from '@/lib/api/api-provider';
import { clerkAppearance } from '@/lib/clerk/appearance';
import { clerkUrls } from '@/lib/clerk/urls';
import { SignInWatcher } from '@/features/auth/sign-in-watcher';
import { QueryProvider } from '@/lib/query/query-provider';

/**
 * Provides sign-in state, the API client and its cache to every page. `dynamic` renders pages per
 * request, so that the first byte already knows the user and scripts get the request's nonce (see
 * proxy.ts).
 */
export function Providers({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <ClerkProvider dynamic appearance={clerkAppearance} {...clerkUrls}>
      <SignInWatcher />
      <QueryProvider>
        <ApiProvider>{children}</ApiProvider>
      </QueryProvider>
    </ClerkProvider>
  );
}
