import { normaliseEmail } from './email-address.js';
import type { ParsedUserQuery } from './user-query.js';
import { fullName, type UserRecord } from './user-record.js';

/** Whether a user passes all filters of a list or a count. */
export function userMatches(user: UserRecord, filter: ParsedUserQuery): boolean {
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

/** Ids may carry a `+` (the same as none; a space once unescaped) or a `-` (left out). */
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
