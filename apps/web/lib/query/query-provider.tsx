'use client';

import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useAuth } from '@clerk/nextjs';
import { QueryClientProvider } from '@tanstack/react-query';
import { createQueryClient } from './query-client';
import { keepOnlyDataOf } from './user-scope';

/** The browser's cache of API responses. It holds data of the signed-in user only. */
export function QueryProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [queryClient] = useState(createQueryClient);
  const { isLoaded, userId } = useAuth();
  const owner = useRef<string | null>(null);

  useEffect(() => {
    if (!isLoaded || owner.current === userId) return;
    owner.current = userId;
    keepOnlyDataOf(queryClient, userId);
  }, [isLoaded, userId, queryClient]);

  return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>;
}
