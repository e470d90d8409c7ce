import { resourceNotFound } from '../errors/clerk-api-error.js';
import type { PasswordFields } from './password.js';
import type { ParsedUpdateUser } from './user-input.js';
import type { UserRecord } from './user-record.js';

/**
 * The record after `PATCH /v1/users/:id`: what is left out stays, `null` clears.
 *
 * @throws {ClerkApiError} 404 where the primary address is to become one that the user has not,
 *   or has not verified
 */
export function updatedUser(
  user: UserRecord,
  fields: ParsedUpdateUser,
  password: PasswordFields,
): UserRecord {
  const primaryEmailId = fields.primary_email_address_id ?? user.primaryEmailId;
  if (primaryEmailId !== user.primaryEmailId) requireVerifiedEmail(user, primaryEmailId);
  return {
    ...user,
    ...password,
    primaryEmailId,
    externalId: given(fields.external_id, user.externalId),
    firstName: given(fields.first_name, user.firstName),
    lastName: given(fields.last_name, user.lastName),
    locale: given(fields.locale, user.locale),
    deleteSelfEnabled: fields.delete_self_enabled ?? user.deleteSelfEnabled,
  };
}

function given(value: string | null | undefined, stored: string | null): string | null {
  return value === undefined ? stored : value;
}

function requireVerifiedEmail(user: UserRecord, emailId: string | null): void {
  const email = user.emails.find(({ id }) => id === emailId);
  if (email?.verification?.status === 'verified') return;
  throw resourceNotFound('The user has no verified email address with this id.');
}
