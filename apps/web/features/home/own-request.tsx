'use client';

import type { ReactNode } from 'react';
import { skipToken, useQuery } from '@tanstack/react-query';
import type { ApiClient } from '@populatte/api-client';
import { readPublicEnv } from '@/env';
import { useOwnApi } from '@/lib/api/use-own-api';
import { useIsClerkUnavailable } from '@/lib/clerk/use-is-clerk-unavailable';
import { userKey } from '@/lib/query/user-scope';

/**
 * How long the visitor's own request took, from this page to the row and back.
 *
 * @param props.userId the Clerk id of the page's user
 */
export function OwnRequest({ userId }: { readonly userId: string }): ReactNode {
  const { api } = useOwnApi(userId);
  const isUnavailable = useIsClerkUnavailable();
  const { data, isError } = useQuery({
    queryKey: userKey(userId, 'own-request'),
    queryFn: api === null ? skipToken : () => measure(api),
    staleTime: 0,
  });
  // In an element, because browsers that translate a page replace its texts, and React would keep
  // changing the one that was replaced.
  if (isUnavailable) {
    return (
      <span>
        Your request cannot be measured right now: Clerk, the sign-in service, cannot be loaded.
      </span>
    );
  }
  if (isError) {
    return <span>Your request cannot be measured right now: the API is not responding.</span>;
  }
  if (data === undefined) return <span>Measuring your own request …</span>;
  return (
    <>
      Your own request just took{' '}
      <strong className="text-foreground font-semibold tabular-nums" data-testid="own-request">
        {`${data} ms`}
      </strong>{' '}
      from this page to your row and back.
    </>
  );
}

/** @returns milliseconds of the request itself, as the browser measured it */
async function measure(api: ApiClient): Promise<number> {
  const start = performance.now();
  await api.users.me();
  const whole = performance.now() - start;
  const address = new URL('users/me', `${readPublicEnv().NEXT_PUBLIC_API_URL}/`).href;
  // Excludes the time to get a token, which the API does not cause.
  const entry = performance.getEntriesByName(address, 'resource').at(-1);
  const own = entry !== undefined && entry.startTime >= start ? entry.duration : whole;
  return Math.max(1, Math.round(own));
}
