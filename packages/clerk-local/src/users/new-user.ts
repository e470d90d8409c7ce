import { newId } from '../ids.js';
import type { PasswordFields } from './password.js';
import type { ParsedCreateUser } from './user-input.js';
import type { EmailRecord, UserRecord } from './user-record.js';

/**
 * The record of a user who is about to be created.
 *
 * @param fields what the caller gave, parsed
 * @param addresses email addresses as they are stored, the primary one first
 * @param now milliseconds since the epoch
 */
export function newUser(
  fields: ParsedCreateUser,
  addresses: readonly string[],
  password: PasswordFields,
  now: number,
): UserRecord {
  const emails = addresses.map((address) => newEmail(address, now));
  return {
    id: newId('user'),
    externalId: fields.external_id ?? null,
    firstName: fields.first_name ?? null,
    lastName: fields.last_name ?? null,
    locale: fields.locale ?? null,
    emails,
    primaryEmailId: emails[0]?.id ?? null,
    passwordHash: null,
    passwordUpdatedAt: null,
    ...password,
    publicMetadata: fields.public_metadata ?? {},
    privateMetadata: fields.private_metadata ?? {},
    unsafeMetadata: fields.unsafe_metadata ?? {},
    deleteSelfEnabled: fields.delete_self_enabled ?? true,
    createdAt: fields.created_at ? Date.parse(fields.created_at) : now,
    updatedAt: now,
    lastSignInAt: null,
    lastActiveAt: null,
  };
}

/** Addresses that the Backend API sets are verified by their setter. */
function newEmail(address: string, now: number): EmailRecord {
  return {
    id: newId('idn'),
    address,
    verification: { status: 'verified', strategy: 'admin' },
    createdAt: now,
    updatedAt: now,
  };
}
