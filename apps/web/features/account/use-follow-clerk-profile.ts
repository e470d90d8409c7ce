'use client';

import { useEffect, useRef } from 'react';
import { useSession, useUser } from '@clerk/nextjs';
import { useQueryClient } from '@tanstack/react-query';
import { currentUserKey } from './current-user.query';

/**
 * Brings the local row up to date as soon as the profile changes at Clerk: the token that is cached
 * still tells the old profile, so that a fresh one is needed first.
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
    // Without a network the next refresh shows the change, or says what is wrong.
    const freshToken = session.getToken({ skipCache: true }).catch(() => null);
    void freshToken.then(() => queryClient.invalidateQueries({ queryKey: currentUserKey(userId) }));
  }, [version, session, userId, queryClient]);
}
