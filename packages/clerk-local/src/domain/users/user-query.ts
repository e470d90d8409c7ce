import { z } from 'zod';
import { invalidParameter } from '../shared/clerk-api-error.js';
import { comparing, orderBy } from '../shared/ordering.js';
import { flag, stringList, wholeNumber } from '../shared/parameters.js';
import {
  fullName,
  primaryEmail,
  primaryPhone,
  primaryWallet,
  type UserRecord,
} from '../state/user-records.js';
import { normaliseEmail } from './email-address.js';
import { normaliseWallet } from './wallet-address.js';

const sortKeys = {
  created_at: (user) => user.createdAt,
  updated_at: (user) => user.updatedAt,
  last_active_at: (user) => user.lastActiveAt,
  last_sign_in_at: (user) => user.lastSignInAt,
  email_address: (user) => primaryEmail(user)?.address ?? null,
  first_name: (user) => user.firstName,
  last_name: (user) => user.lastName,
  username: (user) => user.username,
  phone_number: (user) => primaryPhone(user)?.number ?? null,
  web3wallet: (user) => primaryWallet(user)?.address ?? null,
} satisfies Record<string, (user: UserRecord) => number | string | null>;

const orderBySchema = orderBy([
  'created_at',
  'updated_at',
  'last_active_at',
  'last_sign_in_at',
  'email_address',
  'first_name',
  'last_name',
  'username',
  'phone_number',
  'web3wallet',
]);

type UserOrder = z.output<typeof orderBySchema>;

/** Users without a value come last in both directions. */
export function compareUsers({
  key,
  descending,
}: UserOrder): (a: UserRecord, b: UserRecord) => number {
  return comparing(sortKeys[key], descending);
}

const defaultLimit = 10;
const maxLimit = 500;
const maxIdentifiers = 100;

const identifiers = stringList.pipe(z.array(z.string()).max(maxIdentifiers)).optional();

/** The parameters of `GET /v1/users`. */
export const userQuerySchema = z.strictObject({
  email_address: identifiers,
  phone_number: identifiers,
  username: identifiers,
  web3_wallet: identifiers,
  /** A `-` before an id excludes the members of that organization. */
  organization_id: identifiers,
  /** A `-` before an id excludes that user. */
  external_id: identifiers,
  /** A `-` before an id excludes that user. */
  user_id: identifiers,
  /** Part of an email address, a phone number, a username, an id or a name. Ignores case. */
  query: z.string().optional(),
  email_address_query: z.string().optional(),
  phone_number_query: z.string().optional(),
  username_query: z.string().optional(),
  name_query: z.string().optional(),
  banned: flag.optional(),
  /** Such as `oauth_google`, with `provider_user_id`. */
  provider: z.string().optional(),
  provider_user_id: identifiers,
  last_active_at_before: wholeNumber.optional(),
  last_active_at_after: wholeNumber.optional(),
  /** Clerk's former name of `last_active_at_after`. */
  last_active_at_since: wholeNumber.optional(),
  created_at_before: wholeNumber.optional(),
  created_at_after: wholeNumber.optional(),
  last_sign_in_at_before: wholeNumber.optional(),
  last_sign_in_at_after: wholeNumber.optional(),
  limit: wholeNumber.pipe(z.int().min(1).max(maxLimit)).default(defaultLimit),
  offset: wholeNumber.pipe(z.int().min(0)).default(0),
  /** The id of the last user on the previous page. Requires an order by `created_at`. */
  starting_after: z.string().optional(),
  order_by: orderBySchema,
});
export type UserQuery = z.input<typeof userQuerySchema>;
export type ParsedUserQuery = z.output<typeof userQuerySchema>;

/** Returns the ids of a user's organizations. */
export type OrganizationsOf = (userId: string) => readonly string[];

/**
 * Returns one page of the users that match a query, in its order.
 *
 * @throws {ClerkApiError} 422 for `starting_after` with another order, an offset, or an unknown user
 */
export function listUsers(
  users: readonly UserRecord[],
  query: ParsedUserQuery,
  organizationsOf: OrganizationsOf,
): UserRecord[] {
  const found = matching(users, query, organizationsOf)
    .reverse() // Newest first among equal keys: the sort is stable.
    .sort(compareUsers(query.order_by));
  const start = startOf(found, query);
  return found.slice(start, start + query.limit);
}

function startOf(
  found: readonly UserRecord[],
  { starting_after: id, offset, order_by: order }: ParsedUserQuery,
): number {
  if (id === undefined) return offset;
  if (order.key !== 'created_at') {
    throw cursorRefused('starting_after requires an order by created_at.');
  }
  if (offset > 0) throw cursorRefused('starting_after cannot be combined with offset.');
  const index = found.findIndex((user) => user.id === id);
  if (index === -1) throw cursorRefused(`No user of the list has the id ${id}.`);
  return index + 1;
}

function cursorRefused(longMessage: string): Error {
  return invalidParameter(
    'starting_after',
    'form_param_value_invalid',
    'is not valid',
    longMessage,
  );
}

/** Counts the users that match a query. */
export function countUsers(
  users: readonly UserRecord[],
  query: ParsedUserQuery,
  organizationsOf: OrganizationsOf,
): number {
  return matching(users, query, organizationsOf).length;
}

const paging = ['limit', 'offset', 'order_by', 'starting_after'];

/** @returns a new array */
function matching(
  users: readonly UserRecord[],
  query: ParsedUserQuery,
  organizationsOf: OrganizationsOf,
): UserRecord[] {
  const isFiltered = Object.entries(query).some(
    ([name, value]) => value !== undefined && !paging.includes(name),
  );
  // A program that lists all users requests hundreds of pages.
  if (!isFiltered) return [...users];
  return users.filter((user) => userMatches(user, query, organizationsOf));
}

/** The filters, without the order and the page. */
export type UserFilter = Partial<
  Omit<ParsedUserQuery, 'limit' | 'offset' | 'order_by' | 'starting_after'>
>;

/** Whether a user matches all filters. */
export function userMatches(
  user: UserRecord,
  filter: UserFilter,
  organizationsOf: OrganizationsOf,
): boolean {
  const addresses = user.emails.map(({ address }) => address);
  const numbers = user.phones.map(({ number }) => number);
  const wallets = user.wallets.map(({ address }) => address);
  const usernames = user.username === null ? [] : [user.username];
  const name = fullName(user);
  const activeAfter = filter.last_active_at_after ?? filter.last_active_at_since;
  return (
    named(filter.email_address?.map(normaliseEmail), addresses) &&
    named(filter.phone_number, numbers) &&
    named(filter.username, usernames) &&
    named(filter.web3_wallet?.map(normaliseWallet), wallets) &&
    selected(filter.external_id, user.externalId === null ? [] : [user.externalId]) &&
    selected(filter.user_id, [user.id]) &&
    (filter.organization_id === undefined ||
      selected(filter.organization_id, organizationsOf(user.id))) &&
    contains(
      [...addresses, ...numbers, ...wallets, ...usernames, user.id, user.externalId, name],
      filter.query,
    ) &&
    contains(addresses, filter.email_address_query) &&
    contains(numbers, filter.phone_number_query) &&
    contains(usernames, filter.username_query) &&
    contains([name], filter.name_query) &&
    (filter.banned === undefined || filter.banned === user.banned) &&
    hasAccount(user, filter) &&
    between(user.lastActiveAt, activeAfter, filter.last_active_at_before) &&
    between(user.createdAt, filter.created_at_after, filter.created_at_before) &&
    between(user.lastSignInAt, filter.last_sign_in_at_after, filter.last_sign_in_at_before)
  );
}

function hasAccount(user: UserRecord, { provider, provider_user_id: ids }: UserFilter): boolean {
  if (provider === undefined && ids === undefined) return true;
  return user.externalAccounts.some(
    (account) =>
      (provider === undefined || `oauth_${account.provider}` === provider) &&
      (ids === undefined || ids.includes(account.providerUserId)),
  );
}

function named(wanted: readonly string[] | undefined, values: readonly string[]): boolean {
  return wanted === undefined || values.some((value) => wanted.includes(value));
}

/**
 * Whether a list of wanted texts selects an item. Each may begin with `+` (no effect; a space once
 * unescaped) or `-` (excluded).
 *
 * @param ids the item's own
 */
export function selected(wanted: readonly string[] | undefined, ids: readonly string[]): boolean {
  if (wanted === undefined) return true;
  if (ids.some((id) => wanted.includes(`-${id}`))) return false;
  const included = wanted.filter((text) => !text.startsWith('-'));
  return included.length === 0 || included.some((text) => ids.includes(text.replace(/^[+ ]/, '')));
}

function contains(values: readonly (string | null)[], part: string | undefined): boolean {
  if (part === undefined || part === '') return true;
  const wanted = part.toLowerCase();
  return values.some((value) => value?.toLowerCase().includes(wanted) === true);
}

/** Whether a time lies between two others, of which either may be missing. */
export function between(
  value: number | null,
  after: number | undefined,
  before: number | undefined,
): boolean {
  if (after === undefined && before === undefined) return true;
  if (value === null) return false;
  return (after === undefined || value > after) && (before === undefined || value < before);
}
