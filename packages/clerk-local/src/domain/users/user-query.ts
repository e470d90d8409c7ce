import { z } from 'zod';
import { stringList, wholeNumber } from '../shared/parameters.js';
import { primaryEmail, type UserRecord, fullName } from '../state/records.js';
import { normaliseEmail } from './email-address.js';

const sortKeys = {
  created_at: (user) => user.createdAt,
  updated_at: (user) => user.updatedAt,
  last_active_at: (user) => user.lastActiveAt,
  last_sign_in_at: (user) => user.lastSignInAt,
  email_address: (user) => primaryEmail(user)?.address ?? null,
  first_name: (user) => user.firstName,
  last_name: (user) => user.lastName,
} satisfies Record<string, (user: UserRecord) => number | string | null>;

const sortKeySchema = z.enum([
  'created_at',
  'updated_at',
  'last_active_at',
  'last_sign_in_at',
  'email_address',
  'first_name',
  'last_name',
]);

interface UserOrder {
  readonly key: z.infer<typeof sortKeySchema>;
  readonly descending: boolean;
}

/** `created_at`, `+created_at` or `-created_at`. An unescaped `+` arrives as a space. */
const orderBySchema = z
  .string()
  .default('-created_at')
  .transform((text) => ({
    key: text.replace(/^[+\- ]/, ''),
    descending: text.startsWith('-'),
  }))
  .pipe(z.object({ key: sortKeySchema, descending: z.boolean() }));

/** Users without a value come last in both directions. */
function compareUsers({ key, descending }: UserOrder): (a: UserRecord, b: UserRecord) => number {
  const read = sortKeys[key];
  return (a, b) => {
    const [left, right] = [read(a), read(b)];
    if (left === right) return 0;
    if (left === null) return 1;
    if (right === null) return -1;
    const ascending = left < right ? -1 : 1;
    return descending ? -ascending : ascending;
  };
}

const defaultLimit = 10;
const maxLimit = 500;
const maxIdentifiers = 100;

const identifiers = stringList.pipe(z.array(z.string()).max(maxIdentifiers)).optional();

/** The emulated parameters of `GET /v1/users`. Clerk's other parameters are rejected by name. */
export const userQuerySchema = z.strictObject({
  email_address: identifiers,
  external_id: identifiers,
  /** A `-` before an id excludes that user. */
  user_id: identifiers,
  /** Part of an email address, an id or a name. Ignores case. */
  query: z.string().optional(),
  email_address_query: z.string().optional(),
  name_query: z.string().optional(),
  created_at_before: wholeNumber.optional(),
  created_at_after: wholeNumber.optional(),
  last_sign_in_at_before: wholeNumber.optional(),
  last_sign_in_at_after: wholeNumber.optional(),
  limit: wholeNumber.pipe(z.int().min(1).max(maxLimit)).default(defaultLimit),
  offset: wholeNumber.pipe(z.int().min(0)).default(0),
  order_by: orderBySchema,
});
export type UserQuery = z.input<typeof userQuerySchema>;
export type ParsedUserQuery = z.output<typeof userQuerySchema>;

/** Returns one page of the users that match a query, in its order. */
export function listUsers(users: readonly UserRecord[], query: ParsedUserQuery): UserRecord[] {
  return users
    .filter((user) => userMatches(user, query))
    .reverse() // Newest first among equal keys: the sort is stable.
    .sort(compareUsers(query.order_by))
    .slice(query.offset, query.offset + query.limit);
}

/** Counts the users that match a query. */
export function countUsers(users: readonly UserRecord[], query: ParsedUserQuery): number {
  return users.filter((user) => userMatches(user, query)).length;
}

/** Whether a user matches all filters. */
function userMatches(user: UserRecord, filter: ParsedUserQuery): boolean {
  const addresses = user.emails.map(({ address }) => address);
  const name = fullName(user);
  return (
    named(filter.email_address?.map(normaliseEmail), addresses) &&
    named(filter.external_id, user.externalId === null ? [] : [user.externalId]) &&
    idSelected(filter.user_id, user.id) &&
    contains([...addresses, user.id, user.externalId, name], filter.query) &&
    contains(addresses, filter.email_address_query) &&
    contains([name], filter.name_query) &&
    between(user.createdAt, filter.created_at_after, filter.created_at_before) &&
    between(user.lastSignInAt, filter.last_sign_in_at_after, filter.last_sign_in_at_before)
  );
}

function named(wanted: readonly string[] | undefined, values: readonly string[]): boolean {
  return wanted === undefined || values.some((value) => wanted.includes(value));
}

/** An id may begin with `+` (no effect; a space once unescaped) or `-` (excluded). */
function idSelected(wanted: readonly string[] | undefined, id: string): boolean {
  if (wanted === undefined) return true;
  if (wanted.includes(`-${id}`)) return false;
  const included = wanted.filter((text) => !text.startsWith('-'));
  return included.length === 0 || included.some((text) => text.replace(/^[+ ]/, '') === id);
}

function contains(values: readonly (string | null)[], part: string | undefined): boolean {
  if (part === undefined || part === '') return true;
  const wanted = part.toLowerCase();
  return values.some((value) => value?.toLowerCase().includes(wanted) === true);
}

function between(
  value: number | null,
  after: number | undefined,
  before: number | undefined,
): boolean {
  if (after === undefined && before === undefined) return true;
  if (value === null) return false;
  return (after === undefined || value > after) && (before === undefined || value < before);
}
