import type pg from 'pg';
import { z } from 'zod';
import { type RecordedUserEvent, userEventTypes } from '../../core/recorded-user-event.js';
import { ownTypes } from './own-types.js';

const claimedRow = z.object({
  eventId: z.string(),
  userId: z.string(),
  attempts: z.number(),
  type: z.enum(userEventTypes).nullable(),
  source: z.enum(['token', 'webhook', 'backend_api', 'reconcile', 'sql']).nullable(),
  changed: z.array(z.string()).nullable(),
  version: z.coerce.number().nullable(),
  occurredAt: z.coerce.number().nullable(),
});

/** A delivery that a transaction has locked, with its event, if the journal still has it. */
export type ClaimedDelivery = z.output<typeof claimedRow>;

/** Each is a range of the index, which one condition with `or` would not be. */
const due = {
  // `next_attempt_at` is rounded to a millisecond.
  planned: `deliveries.next_attempt_at <= now() + interval '1 millisecond'`,
  // Later than after the longest pause: the server's clock was set back.
  ahead: `deliveries.next_attempt_at > now() + $2::float8 * interval '1 millisecond'`,
};

const claimQuery = (condition: string): string => `
  select
    deliveries.event_id::text as "eventId",
    deliveries.user_id as "userId",
    deliveries.attempts,
    events.type,
    events.source,
    to_json(events.changed) as changed,
    events.version,
    floor(extract(epoch from events.occurred_at) * 1000)::bigint as "occurredAt"
  from user_event_deliveries as deliveries
    left join user_events as events on events.id = deliveries.event_id
  where deliveries.handler = $1
    and ${condition}
    and not exists (
      select from user_event_deliveries as earlier
      where earlier.handler = deliveries.handler
        and earlier.user_id = deliveries.user_id
        and earlier.event_id < deliveries.event_id)
  order by deliveries.next_attempt_at, deliveries.event_id
  limit 1
  for update of deliveries skip locked`;

/**
 * Locks the next delivery that is due and that no other process holds. An event of a user is due only
 * while the user has no older one, which preserves the order.
 *
 * @param client the connection of a transaction. Not through Drizzle, whose parsers are the application's
 * @param longestPause between two attempts, in milliseconds
 */
export async function claimDelivery(
  client: pg.PoolClient,
  handler: string,
  longestPause: number,
): Promise<ClaimedDelivery | undefined> {
  const claim = async (
    text: string,
    ...values: unknown[]
  ): Promise<ClaimedDelivery | undefined> => {
    const { rows } = await client.query({ text, values: [handler, ...values], types: ownTypes });
    return z.array(claimedRow).parse(rows)[0];
  };
  return (
    (await claim(claimQuery(due.planned))) ?? (await claim(claimQuery(due.ahead), longestPause))
  );
}

/** @returns undefined if the event is no longer in the journal */
export function eventOf(claimed: ClaimedDelivery): RecordedUserEvent | undefined {
  const { eventId: id, userId, type, source, changed, version, occurredAt } = claimed;
  if (type === null || source === null || changed === null) return undefined;
  if (version === null || occurredAt === null) return undefined;
  return { id, userId, type, source, changed, version, occurredAt: new Date(occurredAt) };
}
