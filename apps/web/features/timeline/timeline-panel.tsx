'use client';

import { useState, type ReactNode } from 'react';
import {
  Ban,
  History,
  Pencil,
  ShieldCheck,
  Trash2,
  UserPlus,
  WifiOff,
  type LucideIcon,
} from 'lucide-react';
import type { UserEventResponse } from '@populatte/contracts';
import { TimeAgo } from '@/components/time-ago';
import { Badge } from '@/components/ui/badge';
import { EmptyState } from '@/components/ui/empty-state';
import { ClerkPlaceholder } from '@/features/auth/clerk-boundary';
import { useLastingError } from '@/lib/query/use-lasting-error';
import { describeEvent } from './describe-event';
import { TimelineSkeleton } from './timeline-skeleton';
import { useRefreshUserOnEvent, useTimeline } from './use-timeline';

const icons: Readonly<Record<string, LucideIcon>> = {
  created: UserPlus,
  updated: Pencil,
  deleted: Trash2,
  banned: Ban,
  unbanned: ShieldCheck,
};

/** Shows what changed about the user, newest first, and adds new events as they happen. */
export function TimelinePanel({ userId }: { readonly userId: string }): ReactNode {
  const { ownership, query } = useTimeline(userId, true);
  const { data } = query;
  const error = useLastingError(query);
  useRefreshUserOnEvent(userId, data?.events[0]?.id);

  if (ownership === 'not theirs' || (data === undefined && error === null)) {
    return (
      <ClerkPlaceholder>
        <TimelineSkeleton />
      </ClerkPlaceholder>
    );
  }
  return (
    <div className="flex flex-col gap-6">
      {error !== null && (
        <p
          role="status"
          data-testid="timeline-paused"
          className="bg-muted text-muted-foreground flex items-center gap-2.5 rounded-lg px-4 py-3 text-sm"
        >
          <WifiOff aria-hidden className="size-4 shrink-0" />
          The timeline is paused. It continues once the server responds.
        </p>
      )}
      {data?.events.length === 0 && (
        <EmptyState icon={History} title="Nothing has changed yet">
          Changes to your profile appear here within seconds, with their source.
        </EmptyState>
      )}
      {data !== undefined && data.events.length > 0 && <EventList events={data.events} />}
    </div>
  );
}

/** @param props.events newest first, at least one */
function EventList({ events }: { readonly events: readonly UserEventResponse[] }): ReactNode {
  // Only events that happen while the list is shown are animated and announced.
  const [newestAtFirst] = useState(() => BigInt(events[0]?.id ?? 0));
  const isNew = ({ id }: UserEventResponse): boolean => BigInt(id) > newestAtFirst;
  const [newest] = events;
  return (
    <>
      <p role="status" className="sr-only">
        {newest !== undefined && isNew(newest) && announce(newest)}
      </p>
      <ol className="flex flex-col" data-testid="timeline">
        {events.map((event) => (
          <TimelineEvent key={event.id} event={event} isNew={isNew(event)} />
        ))}
      </ol>
    </>
  );
}

function announce(event: UserEventResponse): string {
  const { title, source } = describeEvent(event);
  return `New: ${title}. Source: ${source}.`;
}

interface TimelineEventProps {
  readonly event: UserEventResponse;
  readonly isNew: boolean;
}

function TimelineEvent({ event, isNew }: TimelineEventProps): ReactNode {
  const { title, detail, source } = describeEvent(event);
  const Icon = icons[event.type] ?? History;
  return (
    <li
      data-testid="event"
      className={`group relative flex gap-4 rounded-lg pb-7 last:pb-0 ${isNew ? 'animate-arrive' : ''}`}
    >
      <span
        aria-hidden
        className="bg-border absolute top-10 bottom-1 left-[1.09rem] w-px group-last:hidden"
      />
      <span
        aria-hidden
        className="bg-accent text-accent-foreground grid size-9 shrink-0 place-items-center rounded-full"
      >
        <Icon className="size-4" />
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-1 pt-1">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <p className="font-medium">{title}</p>
          <Badge variant="accent">{source}</Badge>
          <span className="text-muted-foreground text-sm sm:ml-auto">
            <TimeAgo iso={event.occurredAt} />
          </span>
        </div>
        <p className="text-muted-foreground text-sm text-pretty">{detail}</p>
      </div>
    </li>
  );
}
