'use client';

import type { ReactNode } from 'react';
import { useClockError } from '@/lib/clerk/use-clock-error';
import { timeAgo, utcTime } from '@/lib/time-ago';
import { useNow } from '@/lib/use-now';

const refreshMs = 5_000;

/**
 * A relative time in words, correct even if the browser's clock is wrong; the tooltip shows the exact
 * time. The server renders UTC.
 */
export function TimeAgo({ iso }: { readonly iso: string }): ReactNode {
  const now = useNow(refreshMs);
  const { error } = useClockError(now);
  const exact = utcTime(iso);
  return (
    <time dateTime={iso} title={exact}>
      {now === null ? exact : timeAgo(Date.parse(iso), now - error * 1000)}
    </time>
  );
}
