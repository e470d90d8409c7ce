import type { ReactNode } from 'react';
import { Prefetched } from '@/lib/query/prefetched';
import { timelineQuery } from './timeline.query';
import { TimelinePanel } from './timeline-panel';

/** The user's events, loaded on the server. */
export function TimelineSection({ userId }: { readonly userId: string }): ReactNode {
  return (
    <Prefetched query={(api) => timelineQuery(userId, api)}>
      {() => <TimelinePanel userId={userId} />}
    </Prefetched>
  );
}
