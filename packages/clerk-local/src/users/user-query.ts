import { z } from 'zod';
import { stringList, wholeNumber } from '../http/parameters.js';
import { userMatches } from './user-filter.js';
import { compareUsers, orderBySchema } from './user-order.js';
import type { UserRecord } from './user-record.js';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 500;
const MAX_IDENTIFIERS = 100;

const identifiers = stringList.pipe(z.array(z.string()).max(MAX_IDENTIFIERS)).optional();

/** The parameters of `GET /v1/users` that are emulated; any other is refused by name. */
export const userQuerySchema = z.strictObject({
  email_address: identifiers,
  external_id: identifiers,
  /** A `-` before an id leaves that user out. */
  user_id: identifiers,
  /** Part of an address, an id or a name, in any case. */
  query: z.string().optional(),
  email_address_query: z.string().optional(),
  name_query: z.string().optional(),
  created_at_before: wholeNumber.optional(),
  created_at_after: wholeNumber.optional(),
  last_sign_in_at_before: wholeNumber.optional(),
  last_sign_in_at_after: wholeNumber.optional(),
  limit: wholeNumber.pipe(z.int().min(1).max(MAX_LIMIT)).default(DEFAULT_LIMIT),
  offset: wholeNumber.pipe(z.int().min(0)).default(0),
  order_by: orderBySchema,
});
export type UserQuery = z.input<typeof userQuerySchema>;
export type ParsedUserQuery = z.output<typeof userQuerySchema>;

/** One page of the users that pass the filters, in the order asked for. */
export function listUsers(users: readonly UserRecord[], query: ParsedUserQuery): UserRecord[] {
  return users
    .filter((user) => userMatches(user, query))
    .reverse() // Of two with equal keys, the newer one first.
    .sort(compareUsers(query.order_by))
    .slice(query.offset, query.offset + query.limit);
}

/** How many users pass the filters. */
export function countUsers(users: readonly UserRecord[], query: ParsedUserQuery): number {
  return users.filter((user) => userMatches(user, query)).length;
}
