'use client';

import type { ReactNode } from 'react';
import { useClerk } from '@clerk/nextjs';
import { LocalTime } from '@/components/local-time';
import { Badge } from '@/components/ui/badge';
import { Meter } from '@/components/ui/meter';
import { Skeleton } from '@/components/ui/skeleton';
import { useClockError } from '@/lib/clerk/use-clock-error';
import { useNow } from '@/lib/use-now';
import { tokenLife } from './token-life';

const unknownLife = { lifetime: 0, left: 0 };

/** The state of the session, and the time that its current token has left. */
export function SessionState({ userId }: { readonly userId: string }): ReactNode {
  const clerk = useClerk();
  const now = useNow(1_000);
  const { claims, error } = useClockError(now);
  // Clerk renews the token without rendering anything, so each second reads it again.
  const session = now === null ? null : clerk.session;
  if (now === null || session?.user.id !== userId) return <SessionSkeleton />;
  const { lifetime, left } = claims === undefined ? unknownLife : tokenLife(claims, now, error);
  const inWords = left > 0 ? `${left} of ${lifetime} seconds left` : 'Renewing …';
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-col gap-2.5">
        <div className="flex items-center justify-between gap-3 text-sm">
          <span className="font-medium">Session token</span>
          <span className="text-muted-foreground tabular-nums" data-testid="token-left">
            {inWords}
          </span>
        </div>
        <Meter label="Session token" value={left} max={Math.max(lifetime, 1)} text={inWords} />
        <p className="text-muted-foreground text-sm text-pretty">
          When it ends, your browser gets a new one from Clerk. You will not notice.
        </p>
      </div>
      <dl className="grid gap-x-6 gap-y-3 border-t pt-5 text-sm sm:grid-cols-[6.5rem_1fr]">
        <dt className="text-muted-foreground -mb-2 sm:mb-0">State</dt>
        <dd>
          <Badge variant={session.status === 'active' ? 'success' : 'default'}>
            {session.status === 'active' ? 'Active' : session.status}
          </Badge>
        </dd>
        <dt className="text-muted-foreground -mb-2 sm:mb-0">Signed in</dt>
        <dd>
          <LocalTime iso={session.createdAt.toISOString()} />
        </dd>
        <dt className="text-muted-foreground -mb-2 sm:mb-0">Ends</dt>
        <dd>
          <LocalTime iso={session.expireAt.toISOString()} />
        </dd>
      </dl>
      <p className="text-muted-foreground text-sm text-pretty">
        If the session ends earlier, by a sign-out, a ban or a revocation, this page sends you to
        the sign-in page. The API refuses the session’s tokens from then on.
      </p>
    </div>
  );
}

function SessionSkeleton(): ReactNode {
  return (
    <div className="flex flex-col gap-5">
      <span className="sr-only">Loading your session …</span>
      <div className="flex flex-col gap-2.5">
        <Skeleton className="h-5 w-full" />
        <Skeleton className="h-2 rounded-full" />
        <Skeleton className="h-10" />
      </div>
      <Skeleton className="h-24" />
      <Skeleton className="h-15" />
    </div>
  );
}
