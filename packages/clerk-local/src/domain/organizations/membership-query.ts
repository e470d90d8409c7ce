import { stringList } from '../shared/parameters.js';
import type { MembershipRecord } from '../state/organization-records.js';
import type { UserRecord } from '../state/user-records.js';
import { between, compareUsers, userMatches, userQuerySchema } from '../users/user-query.js';

/** The filters and the order of `GET /v1/organizations/:id/memberships`. */
export const membershipQuery = userQuerySchema
  .pick({
    user_id: true,
    email_address: true,
    phone_number: true,
    username: true,
    web3_wallet: true,
    query: true,
    email_address_query: true,
    phone_number_query: true,
    username_query: true,
    name_query: true,
    last_active_at_before: true,
    last_active_at_after: true,
    created_at_before: true,
    created_at_after: true,
    order_by: true,
  })
  .extend({ role: stringList.optional() });
export type MembershipQuery = ReturnType<typeof membershipQuery.parse>;

/** A membership and its user. */
export interface Member {
  readonly record: MembershipRecord;
  readonly user: UserRecord;
}

/** Returns the members that match a query, in its order. `created_at` is that of the membership. */
export function listMembers(members: readonly Member[], query: MembershipQuery): Member[] {
  const { role, order_by, created_at_before: before, created_at_after: after, ...filter } = query;
  const compare = compareUsers(order_by);
  return members
    .filter(
      ({ record, user }) =>
        (role === undefined || role.includes(record.role)) &&
        between(record.createdAt, after, before) &&
        userMatches(user, filter, () => []),
    )
    .map(({ record, user }) => ({
      member: { record, user },
      sorted: { ...user, createdAt: record.createdAt, updatedAt: record.updatedAt },
    }))
    .reverse() // Newest first among equal keys: the sort is stable.
    .sort((a, b) => compare(a.sorted, b.sorted))
    .map(({ member }) => member);
}
