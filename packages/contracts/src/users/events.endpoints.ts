import { array, number, object, preprocess, string, type z } from 'zod';
import { dateTime } from '../http/date-time.js';
import { defineEndpoint } from '../http/define-endpoint.js';

/**
 * Event ids are 64-bit integers, sent as text because JSON numbers lose digits. A text here as well:
 * bundlers for old browsers replace `**` by `Math.pow`, which accepts no BigInt.
 */
const maxEventId = '9223372036854775807';

const eventsQuery = object({
  cursor: string()
    .regex(/^\d{1,19}$/, { error: 'Send the nextCursor of an earlier response.', abort: true })
    .refine((text) => text.length < maxEventId.length || text <= maxEventId, {
      error: 'Send the nextCursor of an earlier response.',
    })
    .optional()
    .describe('The `nextCursor` of the previous page; without it, the newest events.'),
  limit: preprocess(decimal, number().int().min(1).max(200))
    .default(50)
    .describe('The maximum number of events in the response.'),
});

/** Numbers in a query are text. `Number()` alone would also read `0x10`, `1e2` and blanks. */
function decimal(value: number | string): number | string {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}

/** A change of a user, without values. */
export const userEvent = object({
  id: string(),
  type: string().describe(
    '`created`, `updated`, `deleted`, `banned` or `unbanned`; others may follow.',
  ),
  source: string().describe(
    'The source of the change: `token`, `webhook`, `backend_api`, `reconcile`, or `sql` for any other statement.',
  ),
  changed: array(string()).describe('The fields of the profile that changed.'),
  occurredAt: dateTime.describe('When the change was recorded.'),
}).meta({ id: 'UserEvent' });

export type UserEventResponse = z.infer<typeof userEvent>;

/** One page of a user's journal. */
export const userEventsResponse = object({
  events: array(userEvent).describe('Newest first.'),
  nextCursor: string()
    .nullable()
    .describe('The cursor of the next page of older events; null if there are none.'),
}).meta({ id: 'UserEvents' });

export type UserEventsResponse = z.infer<typeof userEventsResponse>;

/** Returns what has changed about the session's user, newest first. */
export const getUserEvents = defineEndpoint({
  method: 'GET',
  path: '/users/me/events',
  query: eventsQuery,
  response: userEventsResponse,
});
