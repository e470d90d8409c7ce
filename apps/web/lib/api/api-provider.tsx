'use client';

import { useMemo, type ReactNode } from 'react';
import { useClerk, useSession } from '@clerk/nextjs';
import { readPublicEnv } from '@/env';
import { describeSessionEnd } from '@/lib/session-end';
import { toasts } from '@/lib/toasts';
import { ApiContext } from './browser';
import { createSessionApi } from './session-api';

/**
 * Provides one client per session to all components, so that they share token refreshes and a lost
 * session is signed out once.
 */
export function ApiProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const clerk = useClerk();
  const { session } = useSession();
  const sessionId = session?.id;

  const api = useMemo(() => {
    if (sessionId === undefined) return null;
    return createSessionApi(
      {
        id: sessionId,
        // Clerk replaces its session object on every change of it; the client stays the same.
        isCurrent: () => clerk.session?.id === sessionId,
        getToken: async (options) => {
          const current = clerk.session;
          return current?.id === sessionId ? current.getToken(options) : null;
        },
      },
      clerk,
      {
        baseUrl: readPublicEnv().NEXT_PUBLIC_API_URL,
        onSessionEnd: (error) => {
          toasts.show(describeSessionEnd(error), 'problem');
        },
      },
    );
  }, [sessionId, clerk]);

  return <ApiContext value={api}>{children}</ApiContext>;
}
