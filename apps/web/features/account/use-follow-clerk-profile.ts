'use client';

import { useEffect, useRef } from 'react';
import { useSession, useUser } from '@clerk/nextjs';
import { useQueryClient } from '@tanstack/react-query';
import { currentUserKey } from './current-user.query';

/**
 * Updates the local row as soon as the profile changes at Clerk. The cached token still carries the
 * old profile, so this fetches a fresh one first.
 */
export function useFollowClerkProfile(userId: string): void {
  const queryClient = useQueryClient();
  const { session } = useSession();
  const { user } = useUser();
  const version = user?.id === userId ? user.updatedAt?.getTime() : undefined;
  const followed = useRef(version);

  useEffect(() => {
    if (version === undefined || version === followed.current) return;
    const isFirst = followed.current === undefined;
    followed.current = version;
    if (isFirst || session?.user.id !== userId) return;
    // Offline, the next refresh shows the change or the error.
    const freshToken = session.getToken({ skipCache: true }).catch(() => null);
    void freshToken.then(() => queryClient.invalidateQueries({ queryKey: currentUserKey(userId) }));
  }, [version, session, userId, queryClient]);
}
